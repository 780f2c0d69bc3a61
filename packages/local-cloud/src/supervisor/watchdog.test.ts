import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { claimRun } from './claim-run.ts'
import { localPaths } from './local-paths.ts'
import { findStartTime, identify, isRunning } from './process-identity.ts'
import { readRunFile, writeRunFile } from './run-file.ts'

async function temporaryCloud(): Promise<ReturnType<typeof localPaths>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lean-ops-supervisor-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return localPaths(folder)
}

test('when the supervisor is killed, everything it had started ends without it', async () => {
  const paths = await temporaryCloud()
  const script = path.join(import.meta.dirname, 'fixtures/small-supervisor.ts')
  const supervisor = spawn(process.execPath, [script, paths.base], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(supervisor.stdout, 'data')
  const before = readRunFile(paths.runFile)
  const family = before?.processes.find(({ name }) => name === 'family')

  supervisor.kill('SIGKILL')
  await vi.waitFor(() => expect(findStartTime(family?.pid ?? process.pid)).toBeUndefined(), {
    timeout: 15_000,
  })

  await vi.waitFor(() => expect(readRunFile(paths.runFile)?.supervisor).toBeUndefined(), { timeout: 15_000 })
  expect(before?.supervisor?.pid).toBe(supervisor.pid)
})

test('the next start ends what a killed run left, and spares a process that only has its pid', async () => {
  const paths = await temporaryCloud()
  const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true })
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true })
  onTestFinished(() => void other.kill('SIGKILL'))
  const identity = identify(left.pid ?? 0)
  const recorded = { state: 'ready', restarts: 0, graceMs: 500 } as const
  writeRunFile(paths.runFile, {
    version: 1,
    supervisor: { pid: 999_999_999, startedAt: '1' },
    ports: { console: 3456 },
    urls: {},
    contractsDir: 'contracts',
    processing: 'prompt',
    processes: [
      { name: 'left', ...identity, ...recorded },
      { name: 'reused', pid: other.pid ?? 0, startedAt: 'another time', ...recorded },
    ],
  })

  const former = await claimRun(paths.runFile, () => undefined)

  expect(isRunning(identity)).toBe(false)
  expect(findStartTime(other.pid ?? 0)).toBeDefined()
  expect(former?.ports).toEqual({ console: 3456 })
  expect(readRunFile(paths.runFile)?.supervisor?.pid).toBe(process.pid)
})

test('a second supervisor of the same cloud is refused', async () => {
  const paths = await temporaryCloud()
  await claimRun(paths.runFile, () => undefined)

  await expect(claimRun(paths.runFile, () => undefined)).rejects.toThrow('is running already')
})
