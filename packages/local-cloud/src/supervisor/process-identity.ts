import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A pid alone may by now belong to somebody else; with its start time it names one process for good. */
export type ProcessIdentity = { readonly pid: number; readonly startedAt: string }

/** When `pid` started (kernel ticks on Linux, `ps` text elsewhere); undefined when there is no such process. */
export function findStartTime(pid: number): string | undefined {
  if (process.platform !== 'linux') return startTimeByPs(pid)
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name in parentheses may hold spaces: count fields after its end. State is field 3, start 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function startTimeByPs(pid: number): string | undefined {
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim() ||
      undefined
    )
  } catch {
    return undefined
  }
}

export function identify(pid: number): ProcessIdentity {
  return { pid, startedAt: findStartTime(pid) ?? '' }
}

export function isRunning(process: ProcessIdentity): boolean {
  return process.startedAt !== '' && findStartTime(process.pid) === process.startedAt
}
