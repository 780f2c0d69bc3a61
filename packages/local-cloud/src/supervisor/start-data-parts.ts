import { existsSync } from 'node:fs'
import { snowflakeProcess, sparkProcess } from './local-processes.ts'
import type { LocalCloudOptions } from './start-local-cloud.ts'
import type { StartContext } from './start-parts.ts'
import type { ProcessSpec } from './supervise-process.ts'
import type { Urls } from './urls-of.ts'

/**
 * Starts what works on the lake. Nothing waits for it: no page needs it, and a job or a refresh that comes early waits
 * or tries again.
 */
export function startDataParts(
  { paths, processing }: LocalCloudOptions,
  { progress, run, signal }: StartContext,
  urls: Urls,
): void {
  const start = async (spec: ProcessSpec, without: string): Promise<void> => {
    if (!existsSync(spec.command)) {
      progress.skip(spec.name, `not set up (npm run setup): ${without}`)
      return
    }
    try {
      await run.start(spec)
      if (spec.name === 'snowflake') run.publish({ urls: { snowflake: urls.snowflake } })
    } catch (error) {
      if (!signal.aborted) progress.say(error instanceof Error ? error.message : String(error))
    }
  }
  void start(sparkProcess(paths, urls.aws, processing === 'prompt'), 'Glue jobs do not run')
  const port = Number(new URL(urls.snowflake).port)
  void start(snowflakeProcess(paths, port, urls.aws), 'Snowflake tables are not refreshed')
}
