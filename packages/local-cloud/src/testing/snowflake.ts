import { endProcessGroup } from '../supervisor/end-process-group.ts'
import { localPaths } from '../supervisor/local-paths.ts'
import { snowflakeProcess } from '../supervisor/local-processes.ts'
import { pickPort } from '../supervisor/pick-port.ts'
import type { TestEmulator } from './emulator.ts'
import { startWithTest } from './start-with-test.ts'

export type TestSnowflake = {
  readonly url: string
  /** Ends it and starts it again on the same port with the same state. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

const readyTimeoutMs = 120_000

/** A Snowflake stand-in over a test's own emulator. `pollSeconds`: how often automatic refresh looks. */
export async function startTestSnowflake(emulator: TestEmulator, pollSeconds = 0.2): Promise<TestSnowflake> {
  const port = await pickPort(0, new Set())
  const paths = { ...localPaths(), state: `${emulator.folder}/state` }
  const usual = snowflakeProcess(paths, port, emulator.endpoint)
  const spec = { ...usual, env: { ...usual.env, SNOWFLAKE_POLL_SECONDS: String(pollSeconds) } }
  const start = () => startWithTest(spec, 'emulator.snowflake_stand_in', readyTimeoutMs)
  let identity = await start()
  const stop = () => endProcessGroup(identity, 5_000)
  return {
    url: `http://127.0.0.1:${port}`,
    restart: async () => {
      await stop()
      identity = await start()
    },
    stop,
  }
}
