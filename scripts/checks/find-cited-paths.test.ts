import { expect, test } from 'vitest'
import { findCitedPaths } from './find-cited-paths.ts'

const tops = new Set(['packages', 'docs', 'README.md'])

test('code spans that begin with a folder of the clone are paths, with line and symbol left off', () => {
  const found = findCitedPaths('a\nsee `packages/common/src/a.ts:12` and `docs/b.md:title`', tops)

  expect(found).toEqual([
    { cited: 'packages/common/src/a.ts', line: 2, isLink: false },
    { cited: 'docs/b.md', line: 2, isLink: false },
  ])
})

test('links are paths unless they leave the clone', () => {
  const found = findCitedPaths('[a](docs/a.md#part) [b](https://example.com/x) [c](#here)', tops)

  expect(found).toEqual([{ cited: 'docs/a.md', line: 1, isLink: true }])
})

test('placeholders, other words with a slash and fenced examples cite nothing', () => {
  const text = '`packages/<room>/x.ts` `and/or` `docs/*.md`\n```\n`docs/gone.md`\n```'

  expect(findCitedPaths(text, tops)).toEqual([])
})
