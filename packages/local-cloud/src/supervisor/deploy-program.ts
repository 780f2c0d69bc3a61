import path from 'node:path'
import { type LocalPaths, rootDir } from './local-paths.ts'
import { awsEnvironment, baseEnvironment } from './local-processes.ts'
import { runOnce } from './run-once.ts'
import type { Urls } from './start-parts.ts'
import { withDeployLock } from './with-deploy-lock.ts'

export type DeployTarget = {
  readonly paths: LocalPaths
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

function deployEnvironment({ paths, contractsDir, urls }: DeployTarget): Record<string, string> {
  return {
    ...baseEnvironment(),
    ...awsEnvironment(urls.aws),
    // The CLI prefers Bun when it finds one; the engine and its tests are Node's.
    NO_BUN: '1',
    SST_NO_BUN: '1',
    SST_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    NO_COLOR: '1',
    XDG_CONFIG_HOME: paths.sstConfig,
    LEAN_OPS_DATABASE_URL: urls.database,
    LEAN_OPS_CONTRACTS_DIR: path.resolve(rootDir, contractsDir),
    CONSOLE_URL: urls.console,
  }
}
