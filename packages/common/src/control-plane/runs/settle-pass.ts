import { sql } from 'drizzle-orm'
import type { RunLayer } from '../../contract/run.ts'
import type { PassResult } from '../../messages/pass-result.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import type { RunError } from '../schema/runs.ts'
import { toJsonParameter } from '../to-json-parameter.ts'
import { advanceCheckpoint } from './advance-checkpoint.ts'
import { recordFindings } from './record-findings.ts'

export type PassToSettle = {
  passId: string
  execution: string
  token: number
  /** What the job left, or why nothing usable was found. */
  outcome: { result: PassResult } | { error: RunError }
}

export type SettledPass = {
  passId: string
  state: 'SUCCEEDED' | 'HELD' | 'DISCARDED' | 'FAILED' | 'LEASE_LOST'
  isBehind: boolean
}

/**
 * Ends one attempt of a pass. Only under the current lease: a run that lost it changes nothing. A success moves the
 * checkpoint, its history, the topic's heads and the findings in the same transaction; a failure moves nothing and leaves
 * the pass open for the next run. Settling again what is settled changes nothing.
 */
export async function settlePass(db: Database, pass: PassToSettle): Promise<SettledPass> {
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      const found = await lockPass(tx, pass)
      if (found === undefined) {
        await noteFailure(tx, pass, leaseLost)
        return { passId: pass.passId, state: 'LEASE_LOST', isBehind: false }
      }
      if (found.state === 'SUCCEEDED' || found.state === 'HELD' || found.state === 'DISCARDED')
        return { passId: pass.passId, state: found.state, isBehind: false }
      const error = failureOf(pass.outcome)
      const settled = error
        ? await fail(tx, pass, error)
        : 'result' in pass.outcome
          ? await succeed(tx, pass, found, pass.outcome.result)
          : await fail(tx, pass, leaseLost)
      await bumpVersion(tx, 'runs')
      return settled
    }),
  )
}

const leaseLost: RunError = {
  code: 'LEASE_LOST',
  message: 'another run has taken this topic over; it repeats the pass',
  class: 'transient',
}

type Tx = Pick<Database, 'execute' | 'insert'>
export type LockedPass = {
  topic: string
  layer: RunLayer
  seq: string
  mode: string
  state: string
  verdict: string | null
  contract_version: string
  contract_sha256: string
  planned_at: string
  to_snapshot_id: string | null
  source_snapshot_id: string | null
  source_rows: string | null
  to_seq: string | null
}

/** Lease before pass, as planners lock them. Undefined: the pass is no longer ours. */
async function lockPass(tx: Tx, { passId, execution, token }: PassToSettle): Promise<LockedPass | undefined> {
  const { rows: lease } = await tx.execute(sql`
    SELECT 1 FROM run_leases l JOIN run_passes p ON p.topic = l.topic
    WHERE p.pass_id = ${passId} AND l.execution = ${execution} AND l.fencing_token = ${token} FOR UPDATE OF l`)
  if (lease.length === 0) return undefined
  const { rows } = await tx.execute<LockedPass>(sql`
    SELECT topic, layer, seq, mode, state, verdict, contract_version, contract_sha256, planned_at, to_snapshot_id, source_snapshot_id, source_rows, to_seq
    FROM run_passes WHERE pass_id = ${passId} AND execution = ${execution} AND fencing_token = ${token} FOR UPDATE`)
  return rows[0]
}

function failureOf(outcome: PassToSettle['outcome']): RunError | undefined {
  if ('error' in outcome) return outcome.error
  const { state, error } = outcome.result
  if (state !== 'failed') return undefined
  return error ?? { code: 'JOB_FAILED', message: 'the job gave no reason', class: 'unknown' }
}

async function fail(tx: Tx, pass: PassToSettle, error: RunError): Promise<SettledPass> {
  const result = 'result' in pass.outcome ? pass.outcome.result : null
  await tx.execute(sql`
    UPDATE run_passes SET state = 'FAILED', error = ${toJsonParameter(error)}::jsonb, settled_at = now(),
      result = ${result === null ? null : toJsonParameter(result)}::jsonb, job_run_id = ${result?.jobRunId ?? null}
    WHERE pass_id = ${pass.passId}`)
  await noteFailure(tx, pass, error)
  return { passId: pass.passId, state: 'FAILED', isBehind: false }
}

async function noteFailure(tx: Tx, { passId, execution }: PassToSettle, error: RunError): Promise<void> {
  await tx.execute(sql`
    UPDATE run_topics SET outcome = 'FAILED', error = ${toJsonParameter(error)}::jsonb, is_behind = false, updated_at = now()
    WHERE execution = ${execution} AND topic = (SELECT topic FROM run_passes WHERE pass_id = ${passId})`)
}

async function succeed(
  tx: Tx,
  pass: PassToSettle,
  found: LockedPass,
  result: PassResult,
): Promise<SettledPass> {
  // A discarded pass has written nothing: its stretch is planned anew, under today's contract.
  const state = found.verdict === 'discard' ? 'DISCARDED' : result.isHeld ? 'HELD' : 'SUCCEEDED'
  const rows = rowsOf(result)
  await tx.execute(sql`
    UPDATE run_passes SET state = ${state}, error = NULL, settled_at = now(), result = ${toJsonParameter(result)}::jsonb,
      job_run_id = ${result.jobRunId ?? null}, rows_read = ${rows.read}, rows_written = ${rows.written}, rows_rejected = ${rows.rejected}
    WHERE pass_id = ${pass.passId}`)
  if (state === 'SUCCEEDED') await advanceCheckpoint(tx, pass, found, result)
  await recordFindings(tx, {
    topic: found.topic,
    passId: pass.passId,
    at: result.finishedAt,
    findings: result.findings,
  })
  const isBehind = await noteProgress(tx, pass, found, state, rows.written)
  await bumpVersion(tx, 'topics')
  return { passId: pass.passId, state, isBehind }
}

/** Behind = the pass wrote more rows than the contract's threshold: more have probably come meanwhile. */
async function noteProgress(
  tx: Tx,
  { execution }: PassToSettle,
  { topic, layer, contract_sha256 }: LockedPass,
  state: 'SUCCEEDED' | 'HELD' | 'DISCARDED',
  written: number,
): Promise<boolean> {
  const outcome =
    state === 'HELD'
      ? sql`'HELD'`
      : layer === 'semantic' && state === 'SUCCEEDED'
        ? sql`'COMPLETE'`
        : sql`'IN_PROGRESS'`
  const { rows } = await tx.execute<{ is_behind: boolean }>(sql`
    UPDATE run_topics r SET outcome = ${outcome}, error = NULL, updated_at = now(),
      rows_curated = r.rows_curated + ${layer === 'curated' ? written : 0},
      rows_semantic = r.rows_semantic + ${layer === 'semantic' ? written : 0},
      is_behind = CASE WHEN ${layer} = 'curated' THEN ${written} > coalesce(
        (SELECT (c.model->>'backlogThreshold')::bigint FROM contract_versions c WHERE c.topic = ${topic} AND c.sha256 = ${contract_sha256}), 10000)
        ELSE r.is_behind END
    WHERE r.execution = ${execution} AND r.topic = ${topic} RETURNING r.is_behind`)
  return rows[0]?.is_behind ?? false
}

function rowsOf({ layer, counts }: PassResult): { read: number; written: number; rejected: number } {
  const count = (name: string): number => {
    const value = counts[name]
    return typeof value === 'number' ? value : 0
  }
  return layer === 'curated'
    ? { read: count('read'), written: count('versions'), rejected: count('parseErrors') }
    : {
        read: count('read'),
        written: count('inserted') + count('updated'),
        rejected: count('rejectedMessages'),
      }
}
