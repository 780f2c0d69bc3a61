import path from 'node:path'
import { buildSstEnvironment } from '../../engine/sst-environment.ts'
import { rootDir } from './local-paths.ts'
import { baseEnvironment } from './local-processes.ts'
import { runOnce } from './run-once.ts'
import type { Urls } from './start-parts.ts'
import { withDeployLock } from './with-deploy-lock.ts'

export type DeployTarget = {
  readonly contractsDir: string
  readonly urls: Urls
}

/** `sst deploy --stage local` by the unmodified CLI; our engine is the `pulumi` that it finds in its configuration. */
export async function deployProgram(
  target: DeployTarget,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const sst = path.join(rootDir, 'node_modules/sst/bin/sst.mjs')
  const shot = {
    name: 'deploy',
    command: process.execPath,
    args: [sst, 'deploy', '--stage', 'local'],
    cwd: rootDir,
    env: deployEnvironment(target),
  }
  await withDeployLock(signal, () => runOnce(shot, (_, line) => log(line), signal))
}

function deployEnvironment({ contractsDir, urls }: DeployTarget): Record<string, string | undefined> {
  return {
    ...buildSstEnvironment({ root: rootDir, endpoint: urls.aws, base: baseEnvironment() }),
    NO_COLOR: '1',
    LEAN_OPS_DATABASE_URL: urls.database,
    LEAN_OPS_CONTRACTS_DIR: path.resolve(rootDir, contractsDir),
    LEAN_OPS_CONSOLE_URL: urls.console,
    LEAN_OPS_OIDC_ISSUER: urls.oidc,
  }
}
