import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { rootDir } from './local-paths.ts'
import { identify, isRunning } from './process-identity.ts'

const lockFile = path.join(rootDir, '.local/deploy.lock')
const ownerSchema = z.object({ pid: z.number(), startedAt: z.string() })

/**
 * One deploy at a time in a clone, whichever cloud it goes to: the CLI keeps its build output in `.sst` and
 * listens on one fixed port while it runs.
 */
export async function withDeployLock<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  mkdirSync(path.dirname(lockFile), { recursive: true })
  while (!tryLock()) {
    signal.throwIfAborted()
    await sleep(200)
  }
  try {
    return await work()
  } finally {
    rmSync(lockFile, { force: true })
  }
}

function tryLock(): boolean {
  try {
    writeFileSync(lockFile, JSON.stringify(identify(process.pid)), { flag: 'wx' })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  if (!isOwnerRunning()) rmSync(lockFile, { force: true })
  return false
}

function isOwnerRunning(): boolean {
  try {
    return isRunning(ownerSchema.parse(JSON.parse(readFileSync(lockFile, 'utf8'))))
  } catch {
    // Being written at this moment, or just removed: look again.
    return true
  }
}
