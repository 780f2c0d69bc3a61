import { AppError } from '@lean-ops/common/errors/app-error'
import { localPaths } from '../supervisor/local-paths.ts'
import { readRunFile } from '../supervisor/run-file.ts'
import { testCloudBase } from './test-cloud-base.ts'

export type TestCloud = {
  /** Endpoint of every AWS service; credentials `test`/`test`, region us-east-1, account 000000000000. */
  readonly endpoint: string
  readonly databaseUrl: string
  readonly apiUrl: string
  readonly consoleUrl: string
  /** Where functions log (`logs/functions/<name>.log`) and faults are set (`faults.json`). */
  readonly folder: string
}

/** The one cloud that all cloud and browser tests share, deployed from the real program: mint your own names. */
export function useLocalCloud(): TestCloud {
  const paths = localPaths(testCloudBase)
  const { aws, database, api, console } = readRunFile(paths.runFile)?.urls ?? {}
  if (aws === undefined || database === undefined || api === undefined)
    throw new AppError(
      'UNAVAILABLE',
      'the local cloud of the tests is not running: its global set-up starts it',
    )
  return { endpoint: aws, databaseUrl: database, apiUrl: api, consoleUrl: console ?? '', folder: paths.base }
}
