import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { RunLayer } from '../../contract/run.ts'
import type { PassResult } from '../../messages/pass-result.ts'
import type { ContractModel } from '../../odcs/contract-model.ts'
import type { PlannedPass } from '../runs/plan-passes.ts'

/** A contract as small as one can be; `columns: 0` = no schema. */
export const plainContract = (
  topic: string,
  fields: Partial<ContractModel> & { columnNames?: readonly string[] } = {},
): ContractModel => {
  const { columnNames = ['id'], ...rest } = fields
  return {
    topic,
    version: '1.0.0',
    status: 'active',
    owner: 'team',
    purpose: null,
    columns: columnNames.map((name) => ({
      name,
      path: [name],
      type: { kind: 'string' },
      timestampFormat: 'rfc3339',
      required: false,
      isCritical: false,
      isBlankAllowed: false,
      rules: [],
      classification: null,
      description: null,
    })),
    keyPath: ['id'],
    eventVersion: null,
    onSpike: 'continue',
    spikePercent: 10,
    latencySeconds: 600,
    backlogThreshold: 10_000,
    runbook: null,
    hasRestrictedTable: false,
    snowflake: null,
    ...rest,
  }
}

/** Registers topics with their contracts, as a deployment does. */
export async function seedTopics(
  pool: pg.Pool,
  contracts: readonly ContractModel[],
  state: 'active' | 'draft' = 'active',
): Promise<void> {
  for (const model of contracts) {
    const { topic } = model
    await pool.query(
      `INSERT INTO topics (topic, owner, status, queue_name, table_name) VALUES ($1, 'team', $2, $1 || '-queue', replace($1, '-', '_'))
       ON CONFLICT (topic) DO NOTHING`,
      [topic, state],
    )
    await pool.query('INSERT INTO topic_status (topic) VALUES ($1) ON CONFLICT DO NOTHING', [topic])
    await pool.query(
      `UPDATE contract_versions SET state = 'superseded' WHERE topic = $1 AND state <> 'superseded'`,
      [topic],
    )
    const sha256 = createHash('sha256')
      .update(JSON.stringify([model, state]))
      .digest('hex')
    await pool.query(
      `INSERT INTO contract_versions (topic, sha256, version, model, yaml, state, source) VALUES ($1, $2, $3, $4, 'yaml', $5, 'git')
       ON CONFLICT (topic, sha256) DO UPDATE SET state = excluded.state`,
      [topic, sha256, model.version, JSON.stringify(model), state],
    )
  }
}

/** What a job would say of a pass that went well. `head` = snapshot that it left. */
export const passResult = (
  pass: Pick<PlannedPass, 'passId' | 'passSeq' | 'topic'> & Partial<PlannedPass>,
  fields: { execution: string; layer: RunLayer; head?: string; written?: number } & Partial<PassResult>,
): PassResult => {
  const { head = String(1_000_000 + pass.passSeq), written = 1, ...rest } = fields
  const isCurated = fields.layer === 'curated'
  return {
    version: 1,
    passId: pass.passId,
    topic: pass.topic,
    passSeq: pass.passSeq,
    jobRunId: 'jr_1',
    state: 'succeeded',
    startedAt: '2026-11-23T08:00:00.000Z',
    finishedAt: '2026-11-23T08:00:05.000Z',
    from: pass.from ?? null,
    to: pass.to ?? null,
    fromSeq: pass.fromSeq ?? null,
    toSeq: pass.toSeq ?? null,
    sourceSnapshot: pass.sourceSnapshot ?? null,
    counts: isCurated ? { read: written, versions: written } : { read: written, inserted: written },
    snapshots: isCurated ? { versions: head } : { semantic: head },
    rows: isCurated ? { versions: written } : { semantic: written },
    isHeld: false,
    branch: null,
    manifest: null,
    findings: [],
    error: null,
    ...rest,
  }
}
