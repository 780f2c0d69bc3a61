import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { GetJobsCommand, type GlueClient, type Job } from '@aws-sdk/client-glue'
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { zipSync } from 'fflate'

type Deps = { glue: Pick<GlueClient, 'send'>; s3: Pick<S3Client, 'send'> }

/** The oldest time a zip knows: the same files make the same bytes. */
const mtime = new Date(1980, 0, 1)

/**
 * Puts the jobs' sources of `folder` where the deployed jobs take their code from; the number of jobs. A run that has
 * begun keeps what it began with, the next one takes the new code: the Spark host looks at the content.
 */
export async function uploadJobCode({ glue, s3 }: Deps, folder: string): Promise<number> {
  const { Jobs: all } = await glue.send(new GetJobsCommand({ MaxResults: 100 }))
  const jobs = (all ?? []).filter(({ Name: name }) => name?.startsWith('lean-ops-local-'))
  if (jobs.length === 0) return 0
  const archive = await zipPackage(path.join(folder, 'lean_ops'))
  const targets = new Map<string, Uint8Array>()
  for (const job of jobs) {
    const script = job.Command?.ScriptLocation
    if (script !== undefined)
      targets.set(script, await readFile(path.join(folder, path.posix.basename(script))))
    for (const url of archivesOf(job)) targets.set(url, archive)
  }
  for (const [url, body] of targets) {
    const { hostname: bucket, pathname } = new URL(url)
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: decodeURIComponent(pathname.slice(1)), Body: body }),
    )
  }
  return jobs.length
}

const archivesOf = (job: Job): string[] =>
  (job.DefaultArguments?.['--extra-py-files'] ?? '').split(',').filter((url) => url.startsWith('s3://'))

async function zipPackage(folder: string): Promise<Uint8Array> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.py')).sort()
  const files: Record<string, [Uint8Array, { mtime: Date }]> = {}
  for (const name of names)
    files[`lean_ops/${name.replaceAll(path.sep, '/')}`] = [await readFile(path.join(folder, name)), { mtime }]
  return zipSync(files)
}
