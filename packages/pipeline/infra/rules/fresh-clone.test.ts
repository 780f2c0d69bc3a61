import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'

it('imports no provider before `sst install` has fetched it: a fresh clone reads the program first', async () => {
  const folder = path.join(import.meta.dirname, '..')
  const files = (await readdir(folder)).filter((f) => f.endsWith('.ts'))

  const early = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(path.join(folder, file), 'utf8')
      return [...text.matchAll(/^import (?!type\b)[^\n]*from '@pulumi\/[^']+'/gm)].map(
        (m) => `${file}: ${m[0]}`,
      )
    }),
  )

  expect(files.length).toBeGreaterThan(10)
  expect(early.flat()).toEqual([])
})
