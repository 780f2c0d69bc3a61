import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readTestServer, testRunVariable } from './test-server.ts'

const root = fileURLToPath(new URL('../../../../../.local/test-postgres', import.meta.url))

/** Vitest's global setup: names the run's directory. The server itself starts when the first test asks for a database. */
export default async function setup(): Promise<() => Promise<void>> {
  await mkdir(root, { recursive: true })
  await removeAbandoned()
  const directory = path.join(root, String(process.pid))
  process.env[testRunVariable] = directory
  return () => removeRun(directory)
}

async function removeRun(directory: string): Promise<void> {
  const server = await readTestServer(directory)
  if (server) {
    if (isAlive(server.pid)) process.kill(server.pid, 'SIGINT')
    // Its pid file goes last; the process itself may linger as a zombie where nothing reaps orphans.
    for (let i = 0; i < 200 && existsSync(path.join(directory, 'data', 'postmaster.pid')); i++)
      await sleep(25)
  }
  await rm(directory, { recursive: true, force: true, maxRetries: 3 })
}

/** Runs that were killed leave a server behind: their directory bears the process id of a run that is gone. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(root)) if (!isAlive(Number(name))) await removeRun(path.join(root, name))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
