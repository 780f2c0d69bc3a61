import { watch } from 'node:fs'
import path from 'node:path'
import { GlueClient } from '@aws-sdk/client-glue'
import { S3Client } from '@aws-sdk/client-s3'
import { localClientOptions } from '../supervisor/local-client-options.ts'
import { rootDir } from '../supervisor/local-paths.ts'
import type { LogStream } from '../supervisor/log-stream.ts'
import { uploadJobCode } from './upload-job-code.ts'

const settleMs = 100
const folder = path.join(rootDir, 'packages/pipeline/glue')

type Options = { readonly endpoint: string; readonly log: Pick<LogStream, 'write'> }

/** Saving a file of the Spark jobs takes effect in their next run. Returns what ends the watch. */
export async function watchJobs({ endpoint, log }: Options): Promise<() => Promise<void>> {
  const glue = new GlueClient(localClientOptions(endpoint))
  const s3 = new S3Client({ ...localClientOptions(endpoint), forcePathStyle: true })
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> = Promise.resolve()

  const upload = async (why: string): Promise<void> => {
    try {
      const count = await uploadJobCode({ glue, s3 }, folder)
      if (count > 0 && why !== '')
        log.write('live', `${why}: the next runs of ${count} jobs take the saved code`)
    } catch (error) {
      log.write(
        'live',
        `the jobs keep their former code: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
  // What a former watch uploaded past a deploy may have been taken back since.
  round = upload('')

  const watcher = watch(folder, { recursive: true }, (_, name) => {
    if (name === null || !isJobCode(name)) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      round = round.then(() => upload(name))
    }, settleMs)
  })
  return async () => {
    clearTimeout(timer)
    watcher.close()
    await round
    glue.destroy()
    s3.destroy()
  }
}

/** `<job>.py` or a module of the package; not tests, not caches. */
function isJobCode(name: string): boolean {
  return name.endsWith('.py') && (!name.includes(path.sep) || name.startsWith(`lean_ops${path.sep}`))
}
