import type { GlueClient } from '@aws-sdk/client-glue'
import type { S3Client } from '@aws-sdk/client-s3'
import { RunInput } from '@lean-ops/common/contract/run'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { beginRun } from '@lean-ops/common/control-plane/runs/begin-run'
import { countSemanticWork } from '@lean-ops/common/control-plane/runs/count-semantic-work'
import { countTopics, type TopicCounts } from '@lean-ops/common/control-plane/runs/count-topics'
import type { RawHead as Head } from '@lean-ops/common/control-plane/runs/decide-pass'
import { failTopics } from '@lean-ops/common/control-plane/runs/fail-topics'
import { getRunInput } from '@lean-ops/common/control-plane/runs/get-run-input'
import { startRound } from '@lean-ops/common/control-plane/runs/start-round'
import { takeLeases } from '@lean-ops/common/control-plane/runs/take-leases'
import { AppError } from '@lean-ops/common/errors/app-error'
import { tableName } from '@lean-ops/common/topics/topic-names'
import * as z from 'zod'
import { type RawHead, readRawHeads } from '../sampler/read-raw-heads.ts'
import type { Reading } from '../sampler/reading.ts'
import { leaseSeconds } from './lease-seconds.ts'
import { mirrorLeases } from './mirror-leases.ts'
import { planLayer } from './plan-layer.ts'

export type RoundDeps = {
  db: Database
  s3: Pick<S3Client, 'send'>
  glue: Pick<GlueClient, 'send'>
  stage: string
  lakeBucket: string
  rawDatabase: string
  now: () => Date
}

export type RoundOpened = TopicCounts & { planUri: string; curatedPasses: number; semanticWork: number }

/**
 * GetAllCheckpoints: for all topics of a run at once, leases, checkpoints, newest RAW snapshots, and the curated passes
 * that follow from them. Topics that are held, paused or unreadable drop out alone; that nothing can be read at all is
 * thrown. Repeating a round gives the same passes.
 */
export async function openRound(
  deps: RoundDeps,
  request: { execution: string; arn: string | null; round: number; input: unknown },
): Promise<RoundOpened> {
  const { execution, round } = request
  const input = await openRun(deps.db, request)
  const { taken } = await takeLeases(deps.db, { execution, leaseSeconds, round })
  await mirrorLeases(deps, execution, taken)
  const heads = await readHeads(
    deps,
    execution,
    taken.map((l) => l.topic),
  )
  const asked = { execution, round, request: input.request ?? null }
  const { planUri, passCount } = await planLayer(deps, { ...asked, layer: 'curated', heads })
  return {
    planUri,
    curatedPasses: passCount,
    semanticWork: await countSemanticWork(deps.db, asked),
    ...(await countTopics(deps.db, execution)),
  }
}

async function openRun(
  db: Database,
  { execution, arn, round, input }: { execution: string; arn: string | null; round: number; input: unknown },
): Promise<RunInput> {
  if (round > 1) {
    await startRound(db, { execution, round })
    return await getRunInput(db, execution)
  }
  const parsed = RunInput.safeParse(input)
  if (!parsed.success)
    throw new AppError('INVALID_INPUT', `the execution's input: ${z.prettifyError(parsed.error)}`)
  await beginRun(db, { execution, arn, input: parsed.data })
  return parsed.data
}

/** Newest snapshots, read now: the sampler's are up to a minute old. A topic without a readable table fails alone. */
async function readHeads(
  deps: RoundDeps,
  execution: string,
  topics: readonly string[],
): Promise<Map<string, Head | null>> {
  if (topics.length === 0) return new Map()
  // All of them or none: nothing is known beforehand, and only the function's own limit ends it.
  const { signal } = new AbortController()
  const readings = await readRawHeads(
    { glue: deps.glue, s3: deps.s3, database: deps.rawDatabase, now: deps.now, signal },
    topics.map((topic) => ({ topic, tableName: tableName(topic) })),
    () => undefined,
  )
  const [first] = readings
  if (first && !first.ok && readings.every((r) => !r.ok && r.error.code !== 'TableMissing'))
    throw new AppError('UNAVAILABLE', `RAW cannot be read: ${first.error.code}: ${first.error.message}`)
  await failTopics(
    deps.db,
    execution,
    readings.flatMap((r) =>
      r.ok
        ? []
        : [
            {
              topic: r.topic,
              error: {
                code: 'RAW_UNREADABLE',
                message: `${r.error.code}: ${r.error.message}`,
                class: 'config',
              },
            },
          ],
    ),
  )
  return new Map(readings.flatMap((r) => (r.ok ? [[r.topic, toHead(r)] as const] : [])))
}

function toHead({ value }: Extract<Reading<RawHead>, { ok: true }>): Head | null {
  const { head } = value
  if (head?.snapshotId == null) return null
  const earlier = head.earlier.map(({ snapshotId, rows }) => ({ snapshotId: BigInt(snapshotId), rows }))
  return { snapshotId: BigInt(head.snapshotId), rows: head.rows, earlier }
}
