import { setTimeout as sleep } from 'node:timers/promises'
import { findStartTime, type ProcessIdentity } from './process-identity.ts'

/**
 * Ends a process we started and everything it started: TERM to its group, KILL after `graceMs`.
 * A pid that by now belongs to another process is left alone.
 */
export async function endProcessGroup(leader: ProcessIdentity, graceMs: number): Promise<void> {
  const leaderNow = findStartTime(leader.pid)
  if (leaderNow !== undefined && leaderNow !== leader.startedAt) return
  if (!signalGroup(leader.pid, 'SIGTERM')) return
  const deadline = Date.now() + graceMs
  while (Date.now() < deadline) {
    if (!signalGroup(leader.pid, 0)) return
    await sleep(40)
  }
  signalGroup(leader.pid, 'SIGKILL')
  while (signalGroup(leader.pid, 0) && Date.now() < deadline + 2_000) await sleep(20)
}

/** False when nobody is left in the group. */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-groupId, signal)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
