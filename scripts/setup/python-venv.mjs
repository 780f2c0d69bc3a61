import { existsSync, rmSync } from 'node:fs'
import { inRoot } from './paths.mjs'
import { runCommand } from './run-command.mjs'
import { setupError } from './setup-error.mjs'
import { findPython } from './tools.mjs'

/** Makes a virtual environment where there is none. `venv` relative to the clone; `log` names the log file. */
export async function ensureVenv(venv, { log, onLine }) {
  const python = findPython()
  if (existsSync(inRoot(venv, 'bin/pip'))) return python
  rmSync(inRoot(venv), { recursive: true, force: true })
  try {
    await runCommand(python.command, ['-m', 'venv', inRoot(venv)], { log, onLine })
  } catch (error) {
    rmSync(inRoot(venv), { recursive: true, force: true })
    if (!/ensurepip/.test(error.message)) throw error
    throw setupError(
      `Python ${python.version} cannot make virtual environments (its ensurepip module is packaged apart).`,
      `Debian/Ubuntu: \`apt-get install python${python.version}-venv\`, then run the command again.`,
    )
  }
  return python
}

/** Installs a lock into an environment: pip refuses whatever is not in it, byte for byte. */
export const installLock = (venv, file, { log, onLine }) =>
  runCommand(
    inRoot(venv, 'bin/python'),
    [
      '-m',
      'pip',
      'install',
      '--no-input',
      '--disable-pip-version-check',
      '--progress-bar',
      'off',
      '--require-hashes',
      '-r',
      file,
    ],
    { log, onLine },
  )
