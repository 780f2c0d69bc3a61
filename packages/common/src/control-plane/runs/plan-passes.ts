import { sql } from 'drizzle-orm'
import type { PassMode, PassVerdict, RunInput, RunLayer, TopicOutcome } from '../../contract/run.ts'
import type { ContractModel } from '../../odcs/contract-model.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { toJsonParameter } from '../to-json-parameter.ts'
import { decidePass, type PassDecision, type RawHead } from './decide-pass.ts'
import { type PlanFacts, readPlanFacts } from './read-plan-facts.ts'

/** What a job needs to know of a pass. Snapshot ids as text. */
export type PlannedPass = {
  passId: string
  passSeq: number
  topic: string
  leaseToken: number
  mode: PassMode
  from: string | null
  to: string | null
  fromSeq: number | null
  toSeq: number | null
  sourceSnapshot: string | null
  keysObject: string | null
  /** Of a held pass that a person has decided on. */
  verdict: PassVerdict | null
  contract: ContractModel
  contractVersion: string
}

export type PlanRequest = {
  execution: string
  round: number
  layer: RunLayer
  /** Where the job plan will be written. */
  planKey: string
  /** Newest snapshot of each RAW table; needed for the curated layer only. */
  heads: ReadonlyMap<string, RawHead | null>
  request: RunInput['request'] | null
}

export type PassPlan = {
  passes: PlannedPass[]
  /** Topics of this round by what was decided. */
  counts: Record<PassDecision['kind'], number>
}

/**
 * Plans one layer for every topic whose lease the run holds: an open pass is taken up exactly as it was planned, whoever
 * planned it; otherwise a new one is written down if there is something new. The leases stay locked meanwhile, so two
 * planners of one topic wait for each other and the second finds the first one's pass. Planning again in the same round
 * gives the same passes.
 */
export async function planPasses(db: Database, request: PlanRequest): Promise<PassPlan> {
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      const facts = await readPlanFacts(tx, request)
      const decided = facts.map((f) => ({ ...f, decision: decidePass(f) }))
      await insertPasses(tx, request, decided)
      await takeUpPasses(tx, request, decided)
      await noteOutcomes(tx, request, decided)
      const passes = await readPasses(tx, request)
      if (passes.length > 0) await bumpVersion(tx, 'runs')
      return { passes, counts: countDecisions(decided) }
    }),
  )
}

type Decided = PlanFacts & { decision: PassDecision }
type Tx = Pick<Database, 'execute'>

async function insertPasses(tx: Tx, request: PlanRequest, decided: readonly Decided[]): Promise<void> {
  const rows = decided.flatMap((d) =>
    d.decision.kind === 'plan'
      ? [
          {
            topic: d.topic,
            seq: d.nextSeq,
            mode: d.decision.stretch.mode,
            from_snapshot_id: text(d.decision.stretch.fromSnapshotId),
            to_snapshot_id: text(d.decision.stretch.toSnapshotId),
            from_seq: d.decision.stretch.fromSeq,
            to_seq: d.decision.stretch.toSeq,
            source_snapshot_id: text(d.decision.stretch.sourceSnapshotId),
            source_rows: d.decision.stretch.sourceRows,
            keys_object: d.decision.stretch.keysObject,
            contract_version: d.contractVersion,
            contract_sha256: d.contractSha256,
            fencing_token: d.token,
          },
        ]
      : [],
  )
  if (rows.length === 0) return
  const { layer, execution, round, planKey } = request
  await tx.execute(sql`
    INSERT INTO run_passes (pass_id, topic, layer, seq, mode, state, from_snapshot_id, to_snapshot_id, from_seq, to_seq,
      source_snapshot_id, source_rows, keys_object, contract_version, contract_sha256, execution, round, fencing_token, plan_key)
    SELECT g.topic || '-' || ${layer} || '-' || g.seq, g.topic, ${layer}, g.seq, g.mode, 'RUNNING', g.from_snapshot_id, g.to_snapshot_id,
      g.from_seq, g.to_seq, g.source_snapshot_id, g.source_rows, g.keys_object, g.contract_version, g.contract_sha256,
      ${execution}, ${round}, g.fencing_token, ${planKey}
    FROM jsonb_to_recordset(${toJsonParameter(rows)}::jsonb) AS g (topic text, seq bigint, mode text, from_snapshot_id bigint,
      to_snapshot_id bigint, from_seq bigint, to_seq bigint, source_snapshot_id bigint, source_rows bigint, keys_object text,
      contract_version text, contract_sha256 text, fencing_token bigint)`)
}

/** A retry of this call in the same round is no new attempt. */
async function takeUpPasses(tx: Tx, request: PlanRequest, decided: readonly Decided[]): Promise<void> {
  const rows = decided.flatMap((d) =>
    d.decision.kind === 'resume'
      ? [{ pass_id: d.decision.passId, fencing_token: d.token, verdict: d.decision.verdict }]
      : [],
  )
  if (rows.length === 0) return
  const { execution, round, planKey } = request
  const isRetry = sql`(p.execution = ${execution} AND p.round = ${round} AND p.state = 'RUNNING')`
  await tx.execute(sql`
    UPDATE run_passes p SET state = 'RUNNING', execution = ${execution}, round = ${round}, plan_key = ${planKey},
      fencing_token = g.fencing_token, result = NULL, verdict = coalesce(g.verdict, p.verdict),
      attempts = p.attempts + CASE WHEN ${isRetry} THEN 0 ELSE 1 END,
      started_at = CASE WHEN ${isRetry} THEN p.started_at ELSE now() END
    FROM jsonb_to_recordset(${toJsonParameter(rows)}::jsonb) AS g (pass_id text, fencing_token bigint, verdict text)
    WHERE p.pass_id = g.pass_id`)
}

/** What is neither stays in progress: the end of the run says what it came to. */
const outcomeOf: Partial<Record<PassDecision['kind'], TopicOutcome>> = {
  held: 'HELD',
  'no-contract': 'FAILED',
}

async function noteOutcomes(tx: Tx, request: PlanRequest, decided: readonly Decided[]): Promise<void> {
  const rows = decided.flatMap(({ topic, decision }) => {
    const outcome = outcomeOf[decision.kind]
    if (outcome === undefined) return []
    const error =
      decision.kind === 'no-contract'
        ? {
            code: 'CONTRACT_MISSING',
            message: 'the control plane knows no contract of this topic; deploy again',
          }
        : null
    return [{ topic, outcome, error }]
  })
  if (rows.length === 0) return
  await tx.execute(sql`
    UPDATE run_topics r SET outcome = g.outcome, error = g.error, updated_at = now()
    FROM jsonb_to_recordset(${toJsonParameter(rows)}::jsonb) AS g (topic text, outcome text, error jsonb)
    WHERE r.execution = ${request.execution} AND r.topic = g.topic`)
}

async function readPasses(tx: Tx, { execution, round, layer }: PlanRequest): Promise<PlannedPass[]> {
  const { rows } = await tx.execute<PassRow>(sql`
    SELECT p.pass_id, p.seq, p.topic, p.fencing_token, p.mode, p.from_snapshot_id, p.to_snapshot_id, p.from_seq, p.to_seq,
      p.source_snapshot_id, p.keys_object, p.verdict, p.contract_version, c.model
    FROM run_passes p JOIN contract_versions c ON c.topic = p.topic AND c.sha256 = p.contract_sha256
    WHERE p.execution = ${execution} AND p.round = ${round} AND p.layer = ${layer} AND p.state = 'RUNNING' ORDER BY p.topic`)
  return rows.map((r) => ({
    passId: r.pass_id,
    passSeq: Number(r.seq),
    topic: r.topic,
    leaseToken: Number(r.fencing_token),
    mode: r.mode,
    from: r.from_snapshot_id,
    to: r.to_snapshot_id,
    fromSeq: r.from_seq === null ? null : Number(r.from_seq),
    toSeq: r.to_seq === null ? null : Number(r.to_seq),
    sourceSnapshot: r.source_snapshot_id,
    keysObject: r.keys_object,
    verdict: r.verdict,
    contract: r.model,
    contractVersion: r.contract_version,
  }))
}

type PassRow = {
  pass_id: string
  seq: string
  topic: string
  fencing_token: string
  mode: PassMode
  from_snapshot_id: string | null
  to_snapshot_id: string | null
  from_seq: string | null
  to_seq: string | null
  source_snapshot_id: string | null
  keys_object: string | null
  verdict: PassVerdict | null
  contract_version: string
  model: ContractModel
}

function countDecisions(decided: readonly Decided[]): PassPlan['counts'] {
  const counts = { resume: 0, held: 0, plan: 0, nothing: 0, 'no-contract': 0, 'no-schema': 0 }
  for (const { decision } of decided) counts[decision.kind] += 1
  return counts
}

const text = (id: bigint | null): string | null => (id === null ? null : String(id))
