import { existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { localPaths, rootDir } from '../supervisor/local-paths.ts'
import { requireStopped } from '../supervisor/require-stopped.ts'
import { startLocalCloud } from '../supervisor/start-local-cloud.ts'
import { testCloudBase } from '../testing/test-cloud-base.ts'

/**
 * One whole local cloud for tests: empty state, ports of its own, the console's production build. Says `ready`
 * when it is; ends when its standard input does, so that it cannot outlive who asked for it.
 */
const stopRequest = new AbortController()
const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end())
process.stdin.resume().once('close', () => end())

const paths = localPaths(testCloudBase)
requireStopped(paths)
rmSync(paths.state, { recursive: true, force: true })
rmSync(paths.logs, { recursive: true, force: true })
try {
  const cloud = await startLocalCloud(
    {
      paths,
      contractsDir: 'contracts',
      console: existsSync(path.join(rootDir, 'apps/console/src/app/layout.tsx')) ? 'start' : 'off',
      isLive: false,
      // Tests that want a run start one; Spark beside every other test would only slow it down.
      processing: 'as-agreed',
      preferredPorts: { console: 0, api: 0, emulator: 0, postgres: 0, oidc: 0, snowflake: 0 },
    },
    (text) => process.stdout.write(text),
    stopRequest.signal,
  )
  console.log('ready')
  await stopped
  await cloud.stop()
  process.exit(0)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

function end(): void {
  stopRequest.abort()
  stop()
}
