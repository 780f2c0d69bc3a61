import { existsSync } from 'node:fs'
import { inRoot } from './paths.mjs'
import { ensureVenv, installLock } from './python-venv.mjs'
import { hashOf, readStamp, writeStamp } from './stamp.mjs'
import { findPython } from './tools.mjs'

const file = 'packages/local-cloud/emulator/snowflake_stand_in/requirements.lock'
const venv = '.local/venv-snowflake'
const stamp = `${venv}/.stamp`
const key = () => hashOf([file], [inRoot()])

/** The Snowflake stand-in's Python environment: its packages contradict the emulator's. */
export const snowflakeEnvironment = {
  name: 'snowflake',
  title: 'Snowflake',
  usual: '20 s to 1 min',
  does: 'the stand-in for Snowflake',
  after: [],
  requires: findPython,
  isFresh: () => existsSync(inRoot(venv, 'bin/python')) && readStamp(stamp) === key(),
  run: async (say) => {
    await ensureVenv(venv, { log: 'snowflake', onLine: say })
    await installLock(venv, file, { log: 'snowflake', onLine: say })
    writeStamp(stamp, key())
  },
}
