import { existsSync, readdirSync, rmSync } from 'node:fs'
import { inRoot } from './paths.mjs'
import { runCommand } from './run-command.mjs'
import { setupError } from './setup-error.mjs'
import { hashOf, readStamp, writeStamp } from './stamp.mjs'
import { findPython } from './tools.mjs'

const folder = 'packages/local-cloud/emulator'
const venv = '.local/venv-emulator'
const stamp = `${venv}/.stamp`
const requirements = () =>
  existsSync(inRoot(folder))
    ? readdirSync(inRoot(folder))
        .filter((name) => /^requirements.*\.txt$/.test(name))
        .sort()
        .map((name) => `${folder}/${name}`)
    : []
const key = () => hashOf(requirements(), [inRoot()])

/** The emulator's Python environment; the Spark jobs get one of their own. */
export const pythonEnvironment = {
  name: 'python',
  title: 'Python packages',
  usual: '1–5 min',
  does: 'the emulator of AWS and its tools',
  after: [],
  isFresh: () => existsSync(inRoot(venv, 'bin/python')) && readStamp(stamp) === key(),
  run: async (say) => {
    const python = findPython()
    const run = (command, args) => runCommand(command, args, { log: 'python', onLine: say })
    if (!existsSync(inRoot(venv, 'bin/pip'))) {
      rmSync(inRoot(venv), { recursive: true, force: true })
      try {
        await run(python.command, ['-m', 'venv', inRoot(venv)])
      } catch (error) {
        rmSync(inRoot(venv), { recursive: true, force: true })
        if (!/ensurepip/.test(error.message)) throw error
        throw setupError(
          `Python ${python.version} cannot make virtual environments (its ensurepip module is packaged apart).`,
          `Debian/Ubuntu: \`apt-get install python${python.version}-venv\`, then run the command again.`,
        )
      }
    }
    const files = requirements()
    if (files.length > 0)
      await run(inRoot(venv, 'bin/python'), [
        ...['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off'],
        ...files.flatMap((file) => ['-r', file]),
      ])
    writeStamp(stamp, key())
    return `Python ${python.version}`
  },
}
