import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { inRoot } from './paths.mjs'
import { runCommand } from './run-command.mjs'
import { hashOf, readStamp, writeStamp } from './stamp.mjs'

const stamp = 'node_modules/.lean-ops-stamp'
const manifests = () => [
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'bench/package.json',
  ...['apps', 'packages'].flatMap((folder) =>
    readdirSync(inRoot(folder)).map((name) => `${folder}/${name}/package.json`),
  ),
]
const key = () => hashOf(manifests(), [process.platform, process.arch])

/** npm packages, from the lock file, by the pnpm version that package.json names. */
export const packages = {
  name: 'packages',
  title: 'npm packages',
  usual: '15–60 s',
  does: 'pnpm install from the lock file',
  after: [],
  isFresh: () => existsSync(inRoot('node_modules/.bin/node')) && readStamp(stamp) === key(),
  run: async (say) => {
    const { packageManager } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'))
    // npx, not corepack: corepack fetches without a signature it can check on older Node versions.
    await runCommand(
      'npx',
      ['--yes', packageManager, 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'],
      // CI=1: pnpm must not ask whether it may replace node_modules.
      { log: 'packages', onLine: say, env: { CI: '1', npm_config_yes: 'true' } },
    )
    writeStamp(stamp, key())
  },
}
