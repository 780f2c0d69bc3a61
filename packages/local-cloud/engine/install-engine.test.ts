import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { installEngine } from './install-engine.ts'

const project = path.resolve(import.meta.dirname, '../../..')
let root: string
afterEach(() => rm(root, { recursive: true, force: true }))

test("the launcher runs the engine, in a folder with a space and a quote, and answers with SST's Pulumi version", async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "it's a clone-"))
  for (const part of ['node_modules', 'packages'])
    await symlink(path.join(project, part), path.join(root, part))

  const launcher = await installEngine(root)

  const { stdout } = await promisify(execFile)(launcher, ['version'])
  const platform = JSON.parse(await readFile(path.join(project, '.sst/platform/package.json'), 'utf8'))
  expect(stdout.trim()).toBe(platform.dependencies['@pulumi/pulumi'])
})
