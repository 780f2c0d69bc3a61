import { GetJobRunCommand, type GlueClient, StartJobRunCommand } from '@aws-sdk/client-glue'
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { findObjectText } from '@lean-ops/common/aws/find-object-text'
import { findAccountBounds } from '@lean-ops/common/control-plane/accounts/find-account-bounds'
import { listAccountLetters } from '@lean-ops/common/control-plane/accounts/list-account-letters'
import { recordAccount } from '@lean-ops/common/control-plane/accounts/record-account'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { z } from 'zod'
import type { AccountState } from './job-ports.ts'

type Deps = { db: Database; s3: Pick<S3Client, 'send'>; glue: Pick<GlueClient, 'send'> }
type Place = { job: string; lakeBucket: string }
type Request = { topic: string; run: string; operationId: string }

const Result = z.looseObject({ rawSnapshotId: z.string(), unexplained: z.int().min(0) })
const Started = z.object({ jobRunId: z.string() })
const ended = ['FAILED', 'ERROR', 'STOPPED', 'TIMEOUT', 'EXPIRED']

/**
 * Has the account job count one topic, once per `run`: its result is taken when it is there; else the job is followed; else it
 * gets the topic's dead letters as a file and is started.
 */
export async function countAccount(deps: Deps, place: Place, request: Request): Promise<AccountState> {
  const result = await read(deps, place, `results/${request.run}/account.json`)
  if (result !== undefined) {
    const account = Result.parse(JSON.parse(result))
    await recordAccount(deps.db, { ...request, ...account, result: account })
    return { state: 'done', unexplained: account.unexplained }
  }
  const started = await read(deps, place, `plans/${request.run}/started.json`)
  if (started === undefined) {
    await start(deps, place, request)
    return { state: 'running' }
  }
  const { jobRunId } = Started.parse(JSON.parse(started))
  const { JobRun } = await deps.glue.send(new GetJobRunCommand({ JobName: place.job, RunId: jobRunId }))
  const state = JobRun?.JobRunState ?? 'FAILED'
  if (state === 'SUCCEEDED') return { state: 'failed', message: 'the account job left no result' }
  return ended.includes(state)
    ? {
        state: 'failed',
        message: `the account job ended ${state}: ${JobRun?.ErrorMessage ?? 'no reason given'}`.slice(0, 500),
      }
    : { state: 'running' }
}

/** The bounds come after the letters: what was refused in between is then told as not indexed yet, never as lost. */
async function start(deps: Deps, place: Place, { topic, run }: Request): Promise<void> {
  const letters = await listAccountLetters(deps.db, topic)
  await put(
    deps,
    place,
    `plans/${run}/dead-letters.ndjson`,
    letters.map((l) => `${JSON.stringify(l)}\n`).join(''),
  )
  const plan = {
    version: 1,
    run,
    topic,
    deadLetters: `s3://${place.lakeBucket}/plans/${run}/dead-letters.ndjson`,
    ...(await findAccountBounds(deps.db, topic)),
  }
  await put(deps, place, `plans/${run}/account.json`, JSON.stringify(plan))
  const { JobRunId } = await deps.glue.send(
    new StartJobRunCommand({
      JobName: place.job,
      Arguments: { '--PLAN': `s3://${place.lakeBucket}/plans/${run}/account.json` },
    }),
  )
  await put(deps, place, `plans/${run}/started.json`, JSON.stringify({ jobRunId: JobRunId ?? '' }))
}

const put = (deps: Deps, { lakeBucket }: Place, key: string, body: string) =>
  deps.s3.send(new PutObjectCommand({ Bucket: lakeBucket, Key: key, Body: body }))

const read = (deps: Deps, { lakeBucket }: Place, key: string): Promise<string | undefined> =>
  findObjectText(deps.s3, { Bucket: lakeBucket, Key: key })
