import { existsSync } from 'node:fs'
import { inRoot } from './paths.mjs'
import { runCommand } from './run-command.mjs'
import { hashOf, readStamp, writeStamp } from './stamp.mjs'

const stamp = '.sst/platform/.lean-ops-stamp'
const installer = 'packages/local-cloud/engine/install-engine.ts'
const key = () => hashOf(['sst.config.ts', 'node_modules/sst/package.json'])

/** SST's platform folder (types and providers of the infrastructure program), by `sst install`. */
export const sstPlatform = {
  name: 'sst',
  title: 'SST platform',
  usual: '10–60 s',
  does: 'sst install (npm packages of the infrastructure program)',
  after: ['packages'],
  isFresh: () =>
    existsSync(inRoot('.sst/platform/config.d.ts')) &&
    existsSync(inRoot('.local/cfg/sst/bin/pulumi')) &&
    readStamp(stamp) === key(),
  run: async (say) => {
    const node = inRoot('node_modules/.bin/node')
    await installEngine(node, say)
    await runCommand(node, ['node_modules/sst/bin/sst.mjs', 'install', '--stage', 'local'], {
      log: 'sst',
      onLine: say,
      env: sstEnvironment(),
    })
    writeStamp(stamp, key())
  },
}

/** What keeps the SST CLI offline and inside the clone. The endpoint is only asked for, never called, here. */
const sstEnvironment = () => ({
  NO_BUN: '1',
  SST_NO_BUN: '1',
  SST_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  XDG_CONFIG_HOME: inRoot('.local/cfg'),
})

/** The engine's own installer puts it where the CLI looks for Pulumi; without it the CLI would download Pulumi. */
async function installEngine(node, say) {
  const script =
    'const { installEngine } = await import(process.argv[1]); await installEngine(process.argv[2])'
  await runCommand(node, ['--input-type=module', '-e', script, inRoot(installer), inRoot()], {
    log: 'sst',
    onLine: say,
  })
}
