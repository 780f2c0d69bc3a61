import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { inRoot } from './paths.mjs'
import { runCommand } from './run-command.mjs'
import { hashOf, readStamp, writeStamp } from './stamp.mjs'

const stamp = '.sst/platform/.lean-ops-stamp'
const installer = 'packages/local-cloud/engine/install-engine.ts'
const key = () => hashOf(['sst.config.ts', 'node_modules/sst/package.json'])
/** The CLI's configuration stays inside the clone; on macOS it lies below $HOME (see sstEnvironment). */
const binFolder = '.local/cfg/sst/bin'

/** SST's platform folder (types and providers of the infrastructure program), by `sst install`. */
export const sstPlatform = {
  name: 'sst',
  title: 'SST platform',
  usual: '10–60 s',
  does: 'sst install (npm packages of the infrastructure program)',
  after: ['packages'],
  isFresh: () => existsSync(inRoot('.sst/platform/config.d.ts')) && readStamp(stamp) === key(),
  run: async (say) => {
    const node = inRoot('node_modules/.bin/node')
    if (existsSync(inRoot(installer))) await runCommand(node, [installer], { log: 'sst', onLine: say })
    else installVersionStub()
    await runCommand(node, ['node_modules/sst/bin/sst.mjs', 'install', '--stage', 'local'], {
      log: 'sst',
      onLine: say,
      env: sstEnvironment(),
    })
    writeStamp(stamp, key())
  },
}

/** What keeps the SST CLI offline and inside the clone. The endpoint is only asked for, never called, here. */
export const sstEnvironment = () => ({
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

/** Without the stand-in engine the CLI would try to download Pulumi; it only asks for the version. */
function installVersionStub() {
  mkdirSync(inRoot(binFolder), { recursive: true })
  const file = inRoot(binFolder, 'pulumi')
  if (existsSync(file)) return
  writeFileSync(file, '#!/bin/sh\necho v3.215.0\n')
  chmodSync(file, 0o755)
}
