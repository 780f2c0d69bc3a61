import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { compileHint, hintEagerCompile } from './hint-eager-compile.ts'

test('every script begins with the hint, once, and nothing else is touched', async () => {
  const distDir = await mkdtemp(path.join(tmpdir(), 'chunks-'))
  const chunks = path.join(distDir, 'static', 'chunks')
  await mkdir(path.join(chunks, 'pages'), { recursive: true })
  await writeFile(path.join(chunks, 'one.js'), 'run()')
  await writeFile(path.join(chunks, 'pages', 'two.js'), '"use strict";run()')
  await writeFile(path.join(chunks, 'looks.css'), 'a{}')
  await hintEagerCompile({ distDir })
  await hintEagerCompile({ distDir })
  const read = (name: string) => readFile(path.join(chunks, name), 'utf8')
  expect(await read('one.js')).toBe(`${compileHint}run()`)
  expect(await read('pages/two.js')).toBe(`${compileHint}"use strict";run()`)
  expect(await read('looks.css')).toBe('a{}')
})
