import path from 'node:path'
import { AppError } from '@lean-ops/common/errors/app-error'
import { runSst } from '../../engine/run-sst.ts'
import { buildSstEnvironment } from '../../engine/sst-environment.ts'
import { rootDir } from './local-paths.ts'
import { baseEnvironment } from './local-processes.ts'
import type { RunFile } from './run-file.ts'
import type { Processing } from './start-local-cloud.ts'
import { Ports, type Urls, urlsOf } from './urls-of.ts'
import { withDeployLock } from './with-deploy-lock.ts'

export type DeployTarget = {
  readonly contractsDir: string
  readonly urls: Urls
  readonly processing: Processing
}

const lastLinesMax = 25

/**
 * `sst deploy --stage local` by the unmodified CLI; our engine is the `pulumi` that it finds in its configuration.
 * Throws UNAVAILABLE with its last lines when it fails.
 */
export async function deployProgram(
  target: DeployTarget,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const lines: string[] = []
  const onLine = (line: string): void => {
    lines.push(line)
    log(line)
  }
  const environment = deployEnvironment(target)
  const code = await withDeployLock(signal, () =>
    runSst(['deploy', '--stage', 'local'], { root: rootDir, environment, onLine, signal }),
  )
  if (code === 0) return
  const last = lines.slice(-lastLinesMax).map((line) => `    ${line}`)
  throw new AppError('UNAVAILABLE', `deploy ended with ${code}\n${last.join('\n')}`)
}

/**
 * `sst diff --stage local` onto the cloud that runs: each line of what a deploy would change goes to `show`.
 * Changes nothing. Throws UNAVAILABLE when the CLI fails.
 */
export async function previewDeploy(
  run: RunFile,
  show: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const ports = Ports.safeParse(run.ports)
  if (!ports.success)
    throw new AppError('CONFLICT', 'The local cloud is still starting: try again when it says that it runs.')
  // As a deploy is told them: the console's address, too, when it was left out.
  const environment = deployEnvironment({ ...run, urls: urlsOf(ports.data) })
  const code = await withDeployLock(signal, () =>
    runSst(['diff', '--stage', 'local'], { root: rootDir, environment, onLine: show, signal }),
  )
  if (code !== 0) throw new AppError('UNAVAILABLE', `diff ended with ${code}`)
}

function deployEnvironment({ contractsDir, urls, processing }: DeployTarget): NodeJS.ProcessEnv {
  return {
    ...buildSstEnvironment({ root: rootDir, endpoint: urls.aws, base: baseEnvironment() }),
    LEAN_OPS_DATABASE_URL: urls.database,
    LEAN_OPS_CONTRACTS_DIR: path.resolve(rootDir, contractsDir),
    LEAN_OPS_CONSOLE_URL: urls.console,
    LEAN_OPS_OIDC_ISSUER: urls.oidc,
    LEAN_OPS_PROCESSING: processing,
    SNOWFLAKE_URL: urls.snowflake,
    // The catalog integration that the stand-in has from the beginning.
    SNOWFLAKE_CATALOG: 'LEAN_OPS',
  }
}
