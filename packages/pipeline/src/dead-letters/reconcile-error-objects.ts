import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { AppError } from '@lean-ops/common/errors/app-error'
import { sql } from 'drizzle-orm'
import { objectEvent } from './read-object-events.ts'

export type ReconcileDeps = {
  db: Pick<Database, 'execute'>
  s3: Pick<S3Client, 'send'>
  sqs: Pick<SQSClient, 'send'>
  bucket: string
  /** Where announcements go. */
  queueUrl: string
  now: () => number
  remainingMs: () => number
}

/** A younger object's own notification is still on its way. */
const graceMs = 5 * 60_000
const marginMs = 20_000
const batchEntriesMax = 10

/**
 * Lists every object under a prefix (with a suffix) against the index and announces again what is missing. Returns counts; `isComplete`
 * false = time ran out, the next run starts over. Throws what S3, SQS and the database throw.
 */
export async function reconcileErrorObjects(
  { prefix, suffix = '' }: { prefix: string; suffix?: string },
  deps: ReconcileDeps,
): Promise<{ listed: number; announced: number; isComplete: boolean }> {
  let listed = 0
  let announced = 0
  let token: string | undefined
  do {
    if (deps.remainingMs() < marginMs) return { listed, announced, isComplete: false }
    const page = await deps.s3.send(
      new ListObjectsV2Command({
        Bucket: deps.bucket,
        Prefix: prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    )
    const keys = (page.Contents ?? []).flatMap(({ Key, LastModified }) =>
      Key?.endsWith(suffix) && deps.now() - (LastModified?.getTime() ?? 0) > graceMs ? [Key] : [],
    )
    const missing = await findMissing(keys, deps)
    for (let at = 0; at < missing.length; at += batchEntriesMax)
      await announce(missing.slice(at, at + batchEntriesMax), deps)
    listed += keys.length
    announced += missing.length
    token = page.NextContinuationToken
  } while (token !== undefined)
  return { listed, announced, isComplete: true }
}

async function findMissing(keys: readonly string[], deps: ReconcileDeps): Promise<string[]> {
  if (keys.length === 0) return []
  const { rows } = await deps.db.execute<{ key: string }>(sql`
    SELECT key FROM indexed_objects WHERE bucket = ${deps.bucket} AND key = ANY (${sql.param([...keys])}::text[])`)
  const indexed = new Set(rows.map((r) => r.key))
  return keys.filter((key) => !indexed.has(key))
}

async function announce(keys: readonly string[], deps: ReconcileDeps): Promise<void> {
  const answer = await deps.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: deps.queueUrl,
      Entries: keys.map((key, n) => ({
        Id: String(n),
        MessageBody: objectEvent({ bucket: deps.bucket, key }),
      })),
    }),
  )
  const failed = answer.Failed ?? []
  if (failed.length > 0)
    throw new AppError('UNAVAILABLE', `${failed.length} announcements were refused: ${failed[0]?.Code}`)
}
