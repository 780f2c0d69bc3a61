import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskToken } from '../masking/mask-json-text.ts'
import { applyEdit, sha256Hex } from './apply-edit.ts'

describe('applyEdit', () => {
  it('changes what the patch names and leaves every other number text as it was', () => {
    const body = '{"amount":1234.500,"id":12345678901234567890,"user":null}'
    const result = applyEdit(body, [{ op: 'replace', path: '/user', value: { id: 7 } }])
    expect(result).toEqual({
      ok: true,
      body: '{"amount":1234.500,"id":12345678901234567890,"user":{"id":7}}',
    })
  })
  it('adds a missing field', () => {
    expect(applyEdit('{"a":1.0}', [{ op: 'add', path: '/userId', value: 'u-1' }])).toEqual({
      ok: true,
      body: '{"a":1.0,"userId":"u-1"}',
    })
  })
  it('tests numbers by value text', () => {
    expect(
      applyEdit('{"a":5}', [
        { op: 'test', path: '/a', value: 5 },
        { op: 'remove', path: '/a' },
      ]),
    ).toEqual({ ok: true, body: '{}' })
    expect(applyEdit('{"a":5}', [{ op: 'test', path: '/a', value: 6 }])).toMatchObject({
      ok: false,
      reason: 'transform_failed',
    })
  })
  it('refuses an edit written against another body', () => {
    expect(applyEdit('{"a":1}', [{ op: 'remove', path: '/a' }], sha256Hex('{"a":2}'))).toMatchObject({
      ok: false,
      reason: 'edit_conflict',
    })
  })
  it('refuses a path that is not there, text that is no JSON, and the mask', () => {
    expect(applyEdit('{}', [{ op: 'replace', path: '/x/y', value: 1 }])).toMatchObject({
      ok: false,
      reason: 'transform_failed',
    })
    expect(applyEdit('{oops', [{ op: 'remove', path: '/x' }])).toMatchObject({
      ok: false,
      reason: 'transform_failed',
    })
    expect(applyEdit('{"e":"x"}', [{ op: 'replace', path: '/e', value: `a ${maskToken}` }])).toMatchObject({
      ok: false,
    })
  })
  it('does not touch prototypes and shows no payload text in its message', () => {
    const result = applyEdit('{"secret":"canary"}', [{ op: 'add', path: '/__proto__/polluted', value: true }])
    expect(result.ok).toBe(false)
    expect(JSON.stringify(result)).not.toContain('canary')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
  it('is the identity for an added and removed member, for any document', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((k) => k !== '__proto__' && k !== 'added'),
          fc.jsonValue(),
        ),
        (document) => {
          const body = JSON.stringify(document)
          const result = applyEdit(body, [
            { op: 'add', path: '/added', value: 1 },
            { op: 'remove', path: '/added' },
          ])
          expect(result.ok && JSON.parse(result.body)).toEqual(JSON.parse(body))
        },
      ),
    )
  })
})
