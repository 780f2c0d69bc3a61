import { setTimeout as sleep } from 'node:timers/promises'
import type { GlueClient } from '@aws-sdk/client-glue'
import type { S3Client } from '@aws-sdk/client-s3'
import type { Database } from '@lean-ops/common/control-plane/connect'
import {
  type ExpectedSnapshot,
  recordExpectedSnapshots,
} from '@lean-ops/common/control-plane/runs/record-expected-snapshots'
import {
  recordSnowflakeStates,
  type SeenTable,
} from '@lean-ops/common/control-plane/runs/record-snowflake-states'
import { tableName } from '@lean-ops/common/topics/topic-names'
import { readSnapshotChain } from '../snowflake/read-snapshot-chain.ts'
import { type RefreshDeps, refreshTables } from '../snowflake/refresh-tables.ts'
import type { SnowflakeSession } from '../snowflake/snowflake-session.ts'

export type RefreshSnowflakeDeps = {
  db: Database
  glue: Pick<GlueClient, 'send'>
  s3: Pick<S3Client, 'send'>
  semanticDatabase: string
  /** Undefined: this installation has no Snowflake; what it should show is recorded all the same. */
  openSession: (() => Promise<SnowflakeSession>) | undefined
  create: RefreshDeps['create']
}

/** Snowflake's automatic refresh polls every 30 seconds unless told otherwise: three of its turns. */
const patienceMs = 90_000
const betweenLooksMs = 5_000

type Answer = { tables: { topic: string; state: string; error: { code: string; message: string } | null }[] }

/**
 * Records what Snowflake should show of the topics that a run moved (or of the given ones), brings it there, and records
 * what it then shows. One topic's failure is its own; a Snowflake that lets nobody in is recorded for all and thrown.
 */
export async function refreshSnowflake(
  deps: RefreshSnowflakeDeps,
  scope: { execution: string } | { topics: readonly string[] },
): Promise<Answer> {
  const expected = await recordExpectedSnapshots(deps.db, scope)
  if (deps.openSession === undefined || expected.length === 0)
    return { tables: expected.map(({ topic }) => ({ topic, state: 'unknown', error: null })) }
  const seen = await refresh(deps, deps.openSession, expected, 'execution' in scope)
  await recordSnowflakeStates(deps.db, seen)
  return { tables: seen.map(({ topic, state, error }) => ({ topic, state, error })) }
}

async function refresh(
  deps: RefreshSnowflakeDeps,
  openSession: () => Promise<SnowflakeSession>,
  expected: readonly ExpectedSnapshot[],
  /** A run has time to wait. A person has not: "under way" is an answer, and the worker's call ends after 20 s. */
  isPatient: boolean,
): Promise<SeenTable[]> {
  try {
    const session = await openSession()
    try {
      return await refreshTables(expected, {
        session,
        readChain: (topic) => readSnapshotChain(deps, deps.semanticDatabase, tableName(topic)),
        isActing: true,
        ...(isPatient ? { waitForMore: createPatience() } : {}),
        ...(deps.create === undefined ? {} : { create: deps.create }),
      })
    } finally {
      await session.close()
    }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.slice(0, 500) : 'Snowflake cannot be reached'
    await recordSnowflakeStates(
      deps.db,
      expected.map(({ topic }) => ({
        topic,
        state: 'unknown',
        seenSnapshotId: null,
        seenMetadataLocation: null,
        autoRefresh: null,
        error: { code: 'SNOWFLAKE_UNAVAILABLE', message },
      })),
    )
    throw cause
  }
}

function createPatience(): () => Promise<boolean> {
  const ends = Date.now() + patienceMs
  return async () => {
    if (Date.now() >= ends) return false
    await sleep(betweenLooksMs)
    return true
  }
}
