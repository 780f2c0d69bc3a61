import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeReturnTo } from './safe-return-to.ts'

const origin = 'https://ops.example.test'

describe('safeReturnTo', () => {
  it.each([
    ['/dead-letters?status=open#x', '/dead-letters?status=open#x'],
    ['/topics/orders', '/topics/orders'],
    [undefined, '/'],
    ['', '/'],
    ['topics', '/'],
    ['//evil.test/x', '/'],
    ['/\\evil.test', '/'],
    ['/\t/evil.test', '/'],
    ['/.//evil.test', '/'],
    ['/..//evil.test', '/'],
    ['https://evil.test', '/'],
    ['javascript:alert(1)', '/'],
    ['/api/topics', '/'],
    ['/auth/login', '/'],
    ['/x/../auth/logout', '/'],
  ])('%j → %j', (wanted, expected) => {
    expect(safeReturnTo(wanted, origin)).toBe(expected)
  })

  it('whatever is asked for, a browser stays on our origin', () => {
    const nasty = fc.array(
      fc.constantFrom(
        '/',
        '\\',
        '\t',
        '\n',
        '.',
        '..',
        '@',
        ':',
        'evil.test',
        '%2f',
        '?',
        '#',
        'https:',
        ' ',
      ),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          nasty.map((parts) => parts.join('')),
        ),
        (wanted) => {
          const path = safeReturnTo(wanted, origin)
          expect(new URL(path, origin).origin).toBe(origin)
          expect(path.startsWith('//')).toBe(false)
        },
      ),
    )
  })
})
