import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { findStartTime } from './process-identity.ts'
import { type ProcessSpec, type SuperviseDeps, superviseProcess } from './supervise-process.ts'

const familySpec: ProcessSpec = {
  name: 'family',
  command: process.execPath,
  args: [path.join(import.meta.dirname, 'fixtures/family.ts')],
  cwd: import.meta.dirname,
  env: {},
  ready: { line: (line) => line.startsWith('ready') },
  readyTimeoutMs: 20_000,
  graceMs: 1_000,
}

function witness(): { deps: SuperviseDeps; said: string[]; logged: string[]; recoveries: () => number } {
  const said: string[] = []
  const logged: string[] = []
  let recoveries = 0
  return {
    said,
    logged,
    recoveries: () => recoveries,
    deps: {
      log: (_, line) => logged.push(line),
      say: (line) => said.push(line),
      changed: () => undefined,
      recovered: () => {
        recoveries += 1
      },
      isWanted: () => true,
      now: Date.now,
      backOff: { firstMs: 10, maxMs: 20 },
    },
  }
}

const pidsOf = (line = ''): number[] => line.split(' ').slice(1).map(Number)

test('a stop ends the process and what it started', async () => {
  const { deps, logged } = witness()
  const family = await superviseProcess(familySpec, deps)
  const pids = pidsOf(logged[0])

  await family.stop()

  expect(pids).toHaveLength(2)
  expect(pids.map(findStartTime)).toEqual([undefined, undefined])
  expect(family.record().state).toBe('stopped')
})

test('a killed process is said, its own children are ended, and it runs again', async () => {
  const { deps, said, logged, recoveries } = witness()
  const family = await superviseProcess(familySpec, deps)
  onTestFinished(() => family.stop())
  const [parent = 0, child = 0] = pidsOf(logged[0])

  process.kill(parent, 'SIGKILL')
  await vi.waitFor(() => expect(recoveries()).toBe(1), { timeout: 15_000 })

  expect(said.join('\n')).toContain('family ended with SIGKILL; starting it again')
  expect(findStartTime(child)).toBeUndefined()
  expect(family.record()).toMatchObject({ state: 'ready', restarts: 1 })
  expect(family.identity()?.pid).not.toBe(parent)
})

test('a process that cannot start is given up with its last words', async () => {
  const { deps } = witness()
  const spec = { ...familySpec, args: ['-e', 'console.log("no room here"); process.exit(3)'] }

  await expect(superviseProcess(spec, deps)).rejects.toThrow(/family does not start\n\s+no room here/)
})
