import { existsSync, rmSync } from 'node:fs'
import { inRoot } from './paths.mjs'
import { runCommand } from './run-command.mjs'
import { setupError } from './setup-error.mjs'
import { hashOf, readStamp, writeStamp } from './stamp.mjs'
import { findPython } from './tools.mjs'

const folder = 'packages/local-cloud/emulator'
const venv = '.local/venv-emulator'
const runtimeFile = `${folder}/requirements.txt`
const toolsFile = `${folder}/requirements-dev.txt`
const stampOf = (file) => `${venv}/.stamp-${file === toolsFile ? 'tools' : 'runtime'}`
const filesOf = (file) => (file === toolsFile ? [runtimeFile, toolsFile] : [runtimeFile])
const key = (file) => hashOf(filesOf(file), [inRoot()])
const isFresh = (file) => existsSync(inRoot(venv, 'bin/python')) && readStamp(stampOf(file)) === key(file)

/** The emulator's Python environment; the Spark jobs get one of their own. */
export const pythonEnvironment = {
  name: 'python',
  title: 'Python packages',
  usual: '30 s to 3 min',
  does: 'the emulator of AWS',
  after: [],
  isFresh: () => isFresh(runtimeFile),
  run: async (say) => {
    const python = findPython()
    if (!existsSync(inRoot(venv, 'bin/pip'))) await createVenv(python, say)
    await install(runtimeFile, say)
    return `Python ${python.version}`
  },
}

/** What checks and tests of the Python code need besides; `npm start` does without. */
export const pythonTools = {
  name: 'python-tools',
  title: 'Python tools',
  usual: '20 s to 1 min',
  does: 'linter, type checker and test runner',
  after: ['python'],
  isFresh: () => isFresh(toolsFile),
  run: (say) => install(toolsFile, say),
}

async function install(file, say) {
  const pip = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off']
  const log = file === toolsFile ? 'python-tools' : 'python'
  await runCommand(inRoot(venv, 'bin/python'), [...pip, '-r', file], { log, onLine: say })
  writeStamp(stampOf(file), key(file))
}

async function createVenv(python, say) {
  rmSync(inRoot(venv), { recursive: true, force: true })
  try {
    await runCommand(python.command, ['-m', 'venv', inRoot(venv)], { log: 'python', onLine: say })
  } catch (error) {
    rmSync(inRoot(venv), { recursive: true, force: true })
    if (!/ensurepip/.test(error.message)) throw error
    throw setupError(
      `Python ${python.version} cannot make virtual environments (its ensurepip module is packaged apart).`,
      `Debian/Ubuntu: \`apt-get install python${python.version}-venv\`, then run the command again.`,
    )
  }
}
