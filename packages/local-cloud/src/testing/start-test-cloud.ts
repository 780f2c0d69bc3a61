import { spawn } from 'node:child_process'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@lean-ops/common/errors/app-error'
import { localPaths, rootDir } from '../supervisor/local-paths.ts'
import { isRunning } from '../supervisor/process-identity.ts'
import { readRunFile } from '../supervisor/run-file.ts'
import { splitLines } from '../supervisor/split-lines.ts'
import { testCloudBase } from './test-cloud-base.ts'

/**
 * Vitest's and Playwright's global set-up: brings up the tests' cloud, or uses the one that `npm test` has
 * brought up for all suites. Returns what ends it again (nothing, when it is not ours).
 */
export default async function startTestCloud(): Promise<() => Promise<void>> {
  if (await isUpOrComing()) return async () => undefined

  const child = spawn(process.execPath, [path.join(import.meta.dirname, '../cli/test-cloud.ts')], {
    cwd: rootDir,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ready = Promise.withResolvers<void>()
  const lines = splitLines((line) => {
    if (line === 'ready') ready.resolve()
    else console.log(line)
  })
  child.stdout.setEncoding('utf8').on('data', lines.push)
  child.once('exit', (code) =>
    ready.reject(new AppError('UNAVAILABLE', `the local cloud of the tests did not start (${code})`)),
  )
  await ready.promise
  return async () => {
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.stdin.end()
    await ended
  }
}

/** Waits for a cloud that somebody else is starting at this moment. */
async function isUpOrComing(): Promise<boolean> {
  for (;;) {
    const run = readRunFile(localPaths(testCloudBase).runFile)
    if (!run?.supervisor || !isRunning(run.supervisor)) return false
    if (run.urls.console) return true
    await sleep(200)
  }
}
