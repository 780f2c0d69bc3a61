import { sql } from 'drizzle-orm'
import type { ContractModel } from '../../odcs/contract-model.ts'
import type { Database } from '../connect.ts'
import type { PassFacts } from './decide-pass.ts'
import { listCheckpoints } from './list-checkpoints.ts'
import type { PlanRequest } from './plan-passes.ts'

export type PlanFacts = PassFacts & {
  token: number
  nextSeq: number
  contractVersion: string
  contractSha256: string
}

type Tx = Pick<Database, 'execute'>

/** Everything that decides the passes of a round, read under the locks of the run's leases: nobody plans or settles these topics meanwhile. */
export async function readPlanFacts(tx: Tx, request: PlanRequest): Promise<PlanFacts[]> {
  const { execution, layer } = request
  const { rows: leases } = await tx.execute<{ topic: string; token: string }>(sql`
    SELECT l.topic, l.fencing_token AS token FROM run_leases l
    JOIN run_topics r ON r.topic = l.topic AND r.execution = l.execution
    WHERE l.execution = ${execution} AND r.outcome = 'IN_PROGRESS' ORDER BY l.topic FOR UPDATE OF l`)
  const topics = leases.map((l) => l.topic)
  if (topics.length === 0) return []
  const [checkpoints, passes, contracts, unread] = [
    await listCheckpoints(tx, topics),
    await readPassState(tx, topics, request),
    await readContracts(tx, topics, layer),
    layer === 'semantic' ? await readUnread(tx, topics) : new Map<string, never>(),
  ]
  const checkpointOf = new Map(checkpoints.map((c) => [`${c.topic}/${c.layer}`, c]))
  return leases.map(({ topic, token }) => {
    const pass = passes.get(topic)
    const contract = contracts.get(topic)
    const own = checkpointOf.get(`${topic}/${layer}`)
    return {
      topic,
      layer,
      token: Number(token),
      open: pass?.openId == null ? null : { passId: pass.openId, isHeld: pass.isHeld },
      curated: checkpointOf.get(`${topic}/curated`) ?? null,
      semantic: checkpointOf.get(`${topic}/semantic`) ?? null,
      unread: unread.get(topic) ?? [],
      contract: contract ? { model: contract.model, isActive: contract.isActive } : null,
      former: contract?.former ?? null,
      head: request.heads.get(topic) ?? null,
      request: pass?.isRequestDone ? null : request.request,
      nextSeq: Math.max(pass?.lastSeq ?? 0, own?.passSeq ?? 0) + 1,
      contractVersion: contract?.version ?? '',
      contractSha256: contract?.sha256 ?? '',
    }
  })
}

type PassStateOfTopic = { openId: string | null; isHeld: boolean; lastSeq: number; isRequestDone: boolean }

async function readPassState(
  tx: Tx,
  topics: readonly string[],
  { execution, layer, request }: PlanRequest,
): Promise<Map<string, PassStateOfTopic>> {
  const { rows } = await tx.execute<{
    topic: string
    open_id: string | null
    is_held: boolean
    last_seq: string
    is_request_done: boolean
  }>(sql`
    SELECT topic, max(seq) AS last_seq, coalesce(bool_or(state = 'HELD'), false) AS is_held,
      max(pass_id) FILTER (WHERE state NOT IN ('SUCCEEDED', 'DISCARDED')) AS open_id,
      coalesce(bool_or(execution = ${execution} AND mode = ${request?.mode ?? ''} AND state IN ('SUCCEEDED', 'HELD')), false) AS is_request_done
    FROM run_passes WHERE layer = ${layer} AND topic = ANY (${sql.param([...topics])}::text[]) GROUP BY topic`)
  return new Map(
    rows.map((r) => [
      r.topic,
      {
        openId: r.open_id,
        isHeld: r.is_held,
        lastSeq: Number(r.last_seq),
        isRequestDone: r.is_request_done,
      },
    ]),
  )
}

/** Of each topic the curated passes past the semantic checkpoint. */
async function readUnread(tx: Tx, topics: readonly string[]): Promise<Map<string, PassFacts['unread']>> {
  const { rows } = await tx.execute<{ topic: string; passes: { seq: number; rows: number }[] }>(sql`
    SELECT p.topic, jsonb_agg(jsonb_build_object('seq', p.seq, 'rows', coalesce(p.rows_written, 0)) ORDER BY p.seq) AS passes
    FROM run_passes p LEFT JOIN checkpoints k ON k.topic = p.topic AND k.layer = 'semantic'
    WHERE p.layer = 'curated' AND p.state = 'SUCCEEDED' AND p.seq > coalesce(k.source_seq, 0)
      AND p.topic = ANY (${sql.param([...topics])}::text[]) GROUP BY p.topic`)
  return new Map(rows.map((r) => [r.topic, r.passes]))
}

type CurrentContract = {
  sha256: string
  version: string
  model: ContractModel
  isActive: boolean
  former: ContractModel | null
}

/** What the jobs obey: the active row, else git's draft. `former` = the row under which the layer's checkpoint was written. */
async function readContracts(
  tx: Tx,
  topics: readonly string[],
  layer: PlanRequest['layer'],
): Promise<Map<string, CurrentContract>> {
  const { rows } = await tx.execute<{
    topic: string
    sha256: string
    version: string
    model: ContractModel
    is_active: boolean
    former: ContractModel | null
  }>(sql`
    SELECT DISTINCT ON (c.topic) c.topic, c.sha256, c.version, c.model, c.state <> 'draft' AS is_active, f.model AS former
    FROM contract_versions c
    LEFT JOIN checkpoints k ON k.topic = c.topic AND k.layer = ${layer}
    LEFT JOIN contract_versions f ON f.topic = c.topic AND f.sha256 = k.contract_sha256
    WHERE c.topic = ANY (${sql.param([...topics])}::text[])
      AND (c.state IN ('active', 'ahead_of_git') OR (c.state = 'draft' AND c.source = 'git'))
    ORDER BY c.topic, (c.state = 'draft')`)
  return new Map(rows.map((r) => [r.topic, { ...r, isActive: r.is_active }]))
}
