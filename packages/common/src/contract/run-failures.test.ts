import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { findRunRemedy, runFailures } from './run-failures.ts'

it.each(Object.entries(runFailures))('%s has a whole remedy', (_, remedy) => {
  for (const text of Object.values(remedy)) expect(text).toMatch(/^.{10,}[.?]$/)
})

it('knows every code that the jobs can give a pass', async () => {
  const folder = fileURLToPath(new URL('../../../pipeline/glue/lean_ops/', import.meta.url))
  const files = (await readdir(folder, { recursive: true })).filter((f) => f.endsWith('.py'))
  const sources = await Promise.all(files.map((f) => readFile(`${folder}${f}`, 'utf8')))
  const codes = sources.flatMap((s) =>
    [...s.matchAll(/PassError\(\s*"([A-Z_]+)"/g)].flatMap(([, code]) => code ?? []),
  )

  expect(codes.length).toBeGreaterThan(5)
  expect([...new Set(codes)].filter((code) => findRunRemedy(code) === undefined)).toEqual([])
})

it('does not take prototype members for codes', () => {
  expect(findRunRemedy('constructor')).toBeUndefined()
})
