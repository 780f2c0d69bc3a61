import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The clone. Everything the local cloud writes lies below `<root>/.local`, or the folder a test chose. */
export const rootDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..')

export type LocalPaths = {
  /** `.local`, or e.g. `.local/test-cloud` for a second cloud beside the first. */
  readonly base: string
  readonly state: string
  readonly logs: string
  /** Who runs, where, on which ports: see run-file.ts. */
  readonly runFile: string
  /** Set-up results are shared by all clouds of a clone. */
  readonly pythonBin: string
  /** Python of the Spark jobs, and the jars that Spark loads. */
  readonly jobsPythonBin: string
  readonly jarsDir: string
  /** Python of the Snowflake stand-in. */
  readonly snowflakePythonBin: string
}

export function localPaths(base = process.env.LEAN_OPS_LOCAL_DIR || '.local'): LocalPaths {
  const folder = path.resolve(rootDir, base)
  return {
    base: folder,
    state: path.join(folder, 'state'),
    logs: path.join(folder, 'logs'),
    runFile: path.join(folder, 'run.json'),
    pythonBin: path.join(rootDir, '.local/venv-emulator/bin/python'),
    jobsPythonBin: path.join(rootDir, '.local/venv-jobs/bin/python'),
    jarsDir: path.join(rootDir, '.local/jars'),
    snowflakePythonBin: path.join(rootDir, '.local/venv-snowflake/bin/python'),
  }
}

/** Faults the emulator injects while this file says so. */
export const faultsFile = (paths: LocalPaths): string => path.join(paths.base, 'faults.json')

/** Where job runs find the warm Spark host. */
export const sparkHostFile = (paths: LocalPaths): string => path.join(paths.state, 'spark/host.json')

/** Functions whose workers run with an inspector. */
export const inspectFile = (paths: LocalPaths): string => path.join(paths.base, 'inspect.json')
