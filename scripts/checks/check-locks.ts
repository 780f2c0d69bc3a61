import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { CheckResult } from '../check.ts'
import { lockHeader, lockOf, pinsOf, pythonInputs } from '../locks/python-locks.ts'
import { rootDir } from '../run-tool.ts'

/** Every Python lock was made from its input as it is now, has what that asks for, and a hash of every package. */
export async function checkLocks(): Promise<CheckResult> {
  const faults = pythonInputs.flatMap((input) => {
    const file = path.join(rootDir, lockOf(input))
    return existsSync(file)
      ? findLockFaults(lockHeader(input), pinsOf(input), readFileSync(file, 'utf8')).map(
          (fault) => `${lockOf(input)}: ${fault}`,
        )
      : [`${lockOf(input)} is missing`]
  })
  return {
    ok: faults.length === 0,
    output: [...faults, ...(faults.length > 0 ? ['→ npm run lock'] : [])].join('\n'),
  }
}

/** What is wrong with a lock of these pins (`name[extras]==version`). */
export function findLockFaults(header: string, pins: readonly string[], lock: string): string[] {
  // A package and its hashes are one logical line.
  const entries = new Map(
    lock
      .replaceAll(/\\\n/g, ' ')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [keyOf(line.split(/[\s;]/, 1)[0] ?? ''), line]),
  )
  return [
    ...(lock.split('\n', 1)[0] === header ? [] : ['was not made from its requirements as they are']),
    ...pins.filter((pin) => !entries.has(keyOf(pin))).map((pin) => `has no ${pin}`),
    ...[...entries]
      .filter(([, line]) => !/--hash=sha256:[0-9a-f]{64}/.test(line))
      .map(([key]) => `has no hash of ${key}`),
  ]
}

/** One spelling of a pin: names are written in several ways, and extras are not repeated in a lock. */
const keyOf = (pin: string): string => {
  const [name = '', version = ''] = pin.replace(/\[[^\]]*\]/, '').split('==')
  return `${name.toLowerCase().replaceAll(/[-_.]+/g, '-')}==${version}`
}
