import { spawnSync } from 'node:child_process'
import { setupError } from './setup-error.mjs'

const nodeMajorMin = 20
const pythonMinorMin = 11

/** Refuses what cannot work, before anything is installed. */
export function checkTools() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < nodeMajorMin)
    throw setupError(
      `Node ${process.versions.node} is too old: Lean-Ops needs Node ${nodeMajorMin} or newer.`,
      'Install a current Node from https://nodejs.org (or `nvm install 22`) and run the command again.',
    )
  if (process.platform === 'win32')
    throw setupError('Windows is not supported directly.', 'Run the clone inside WSL 2 (Debian or Ubuntu).')
}

let found
/** The first Python ≥ 3.11 on PATH; `python3` before the versioned names, as the user's own choice. */
export function findPython() {
  if (found) return found
  const seen = []
  for (const command of [process.env.PYTHON, 'python3', 'python3.13', 'python3.12', 'python3.11', 'python']) {
    if (!command) continue
    const asked = spawnSync(command, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
      encoding: 'utf8',
    })
    if (asked.status !== 0) continue
    const version = asked.stdout.trim()
    const [major, minor] = version.split('.').map(Number)
    if (major === 3 && minor >= pythonMinorMin) {
      found = { command, version }
      return found
    }
    seen.push(`${command} is ${version}`)
  }
  throw setupError(
    `No Python 3.${pythonMinorMin} or newer on PATH${seen.length > 0 ? ` (${seen.join(', ')})` : ''}.`,
    'Debian/Ubuntu: `apt-get install python3 python3-venv` · macOS: `brew install python@3.12` · or set PYTHON=/path/to/python3.11',
  )
}
