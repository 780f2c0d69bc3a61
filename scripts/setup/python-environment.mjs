import { existsSync } from 'node:fs'
import { inRoot } from './paths.mjs'
import { ensureVenv, installLock } from './python-venv.mjs'
import { hashOf, readStamp, writeStamp } from './stamp.mjs'
import { findPython } from './tools.mjs'

const folder = 'packages/local-cloud/emulator'
const venv = '.local/venv-emulator'
const runtimeFile = `${folder}/requirements.lock`
const toolsFile = `${folder}/requirements-dev.lock`
const stampOf = (file) => `${venv}/.stamp-${file === toolsFile ? 'tools' : 'runtime'}`
const key = (file) => hashOf([file], [inRoot()])
const isFresh = (file) => existsSync(inRoot(venv, 'bin/python')) && readStamp(stampOf(file)) === key(file)

/** The emulator's Python environment; the Spark jobs get one of their own. */
export const pythonEnvironment = {
  name: 'python',
  title: 'Python packages',
  usual: '30 s to 3 min',
  does: 'the emulator of AWS',
  after: [],
  requires: findPython,
  isFresh: () => isFresh(runtimeFile),
  run: async (say) => {
    const python = await ensureVenv(venv, { log: 'python', onLine: say })
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
  await installLock(venv, file, {
    log: file === toolsFile ? 'python-tools' : 'python',
    onLine: say,
  })
  writeStamp(stampOf(file), key(file))
}
