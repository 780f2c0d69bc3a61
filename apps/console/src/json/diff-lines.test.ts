import fc from 'fast-check'
import { expect, it } from 'vitest'
import { diffLines, foldDiff, isEqualButIndent } from './diff-lines.ts'

const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.join('\n'))

it('without what was added it is the text before, without what was removed the text after', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after)

      const without = (kind: string) =>
        lines
          .filter((line) => line.kind !== kind)
          .map((line) => line.text)
          .join('\n')
      expect(without('added')).toBe(before)
      expect(without('removed')).toBe(after)
    }),
  )
})

it('common lines stay, in as few changes as there are', () => {
  expect(diffLines('{\n  "a": 1,\n  "b": 2\n}', '{\n  "a": 3,\n  "b": 2\n}')).toEqual([
    { kind: 'same', text: '{' },
    { kind: 'removed', text: '  "a": 1,' },
    { kind: 'added', text: '  "a": 3,' },
    { kind: 'same', text: '  "b": 2' },
    { kind: 'same', text: '}' },
  ])
})

it('folds what is far from a change', () => {
  const before = Array.from({ length: 20 }, (_, n) => `line ${n}`)
  const lines = diffLines(before.join('\n'), before.with(10, 'changed').join('\n'))

  expect(foldDiff(lines, 1).map((part) => (part.kind === 'gap' ? part.count : part.lines.length))).toEqual([
    9, 4, 8,
  ])
})

it('what only moved in or out is no change', () => {
  const lines = diffLines('[\n  {\n    "a": 1\n  }\n]', '{\n  "a": 1\n}', isEqualButIndent)

  expect(lines).toEqual([
    { kind: 'removed', text: '[' },
    { kind: 'same', text: '{' },
    { kind: 'same', text: '  "a": 1' },
    { kind: 'same', text: '}' },
    { kind: 'removed', text: ']' },
  ])
})
