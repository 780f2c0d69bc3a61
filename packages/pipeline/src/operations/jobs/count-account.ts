import { type GlueClient, StartJobRunCommand } from '@aws-sdk/client-glue'
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { findObjectText } from '@lean-ops/common/aws/find-object-text'
import { findAccountBounds } from '@lean-ops/common/control-plane/accounts/find-account-bounds'
import { listAccountLetters } from '@lean-ops/common/control-plane/accounts/list-account-letters'
import { recordAccount } from '@lean-ops/common/control-plane/accounts/record-account'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { z } from 'zod'
import { findJobRun, livingStates } from './find-job-run.ts'
import type { AccountState } from './job-ports.ts'

type Deps = { db: Database; s3: Pick<S3Client, 'send'>; glue: Pick<GlueClient, 'send'> }
type Place = { job: string; lakeBucket: string }
type Request = { topic: string; run: string; operationId: string }

const Result = z.looseObject({ rawSnapshotId: z.string(), unexplained: z.int().min(0) })

/**
 * Has the account job count one topic, once per `run`: it gets the topic's dead letters as a file and is started; from then
 * on it is followed until its result is there.
 */
export async function countAccount(deps: Deps, place: Place, request: Request): Promise<AccountState> {
  const planUri = `s3://${place.lakeBucket}/plans/${request.run}/account.json`
  // The run before its result: what ends in between has left one.
  const run = await findJobRun(deps.glue, place.job, planUri)
  const state = run?.JobRunState ?? 'FAILED'
  if (run !== undefined && livingStates.includes(state)) return { state: 'running' }
  const result = await read(deps, place, `results/${request.run}/account.json`)
  if (result !== undefined) {
    const account = Result.parse(JSON.parse(result))
    await recordAccount(deps.db, { ...request, ...account, result: account })
    return { state: 'done', unexplained: account.unexplained }
  }
  if (run === undefined) {
    await start(deps, place, request, planUri)
    return { state: 'running' }
  }
  if (state === 'SUCCEEDED') return { state: 'failed', message: 'the account job left no result' }
  const reason = run.ErrorMessage ?? 'no reason given'
  return { state: 'failed', message: `the account job ended ${state}: ${reason}`.slice(0, 500) }
}

/** The bounds come after the letters: what was refused in between is then told as not indexed yet, never as lost. */
async function start(deps: Deps, place: Place, { topic, run }: Request, planUri: string): Promise<void> {
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
  await deps.glue.send(new StartJobRunCommand({ JobName: place.job, Arguments: { '--PLAN': planUri } }))
}

const put = (deps: Deps, { lakeBucket }: Place, key: string, body: string) =>
  deps.s3.send(new PutObjectCommand({ Bucket: lakeBucket, Key: key, Body: body }))

const read = (deps: Deps, { lakeBucket }: Place, key: string): Promise<string | undefined> =>
  findObjectText(deps.s3, { Bucket: lakeBucket, Key: key })
