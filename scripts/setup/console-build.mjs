import { existsSync } from 'node:fs'
import { inRoot } from './paths.mjs'
import { runCommand } from './run-command.mjs'
import { hashOf, readStamp, writeStamp } from './stamp.mjs'

const stamp = 'apps/console/.next/.lean-ops-stamp'
const key = () =>
  hashOf(['apps/console', 'packages/common/src/contract', 'packages/common/src/errors', 'pnpm-lock.yaml'])
/** The console's room may be empty in an early clone; then there is nothing to build. */
const hasConsole = () => existsSync(inRoot('apps/console/src/app'))

/** The console's production build, once per state of its sources. */
export const consoleBuild = {
  name: 'console',
  title: 'console',
  usual: '30–90 s',
  does: 'next build',
  after: ['packages'],
  isFresh: () =>
    !hasConsole() || (existsSync(inRoot('apps/console/.next/BUILD_ID')) && readStamp(stamp) === key()),
  run: async (say) => {
    const before = key()
    await runCommand(inRoot('node_modules/.bin/node'), ['node_modules/next/dist/bin/next', 'build'], {
      log: 'console',
      onLine: say,
      cwd: inRoot('apps/console'),
      env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    })
    // The hash from before the build: a file saved meanwhile must count as not built.
    writeStamp(stamp, before)
  },
}
