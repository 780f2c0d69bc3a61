import { beginRun } from '../runs/begin-run.ts'
import { type PlannedPass, planPasses } from '../runs/plan-passes.ts'
import { settlePass } from '../runs/settle-pass.ts'
import { takeLeases } from '../runs/take-leases.ts'
import { passResult } from './seed-runs.ts'
import type { TestDatabase } from './test-database.ts'

type Layer = 'curated' | 'semantic'
export type Heads = Map<string, { snapshotId: bigint; rows: number } | null>

/** Newest RAW snapshots by topic. */
export const heads = (entries: Record<string, { id: bigint; rows: number } | null>): Heads =>
  new Map(Object.entries(entries).map(([t, h]) => [t, h && { snapshotId: h.id, rows: h.rows }]))

export const first = <T>(items: readonly T[]): T => {
  const [item] = items
  if (item === undefined) throw new Error('nothing there')
  return item
}

/** The verbs of a run as tests say them, on one database. */
export const runHarness = (database: () => TestDatabase) => ({
  /** Forgets every topic, run and pass. */
  clear: () =>
    database().owner.query(
      'TRUNCATE topics, topic_status, contract_versions, checkpoints, checkpoint_history, run_leases, runs, run_topics, run_passes, drift_findings, snowflake_tables CASCADE',
    ),
  /** Starts a run over topics and takes what leases it can get. */
  start: async (execution: string, topics: readonly string[], round = 1) => {
    await beginRun(database().db, { execution, arn: null, input: { topics: [...topics] } })
    return takeLeases(database().db, { execution, leaseSeconds: 3_600, round })
  },
  plan: (
    execution: string,
    layer: Layer,
    head: Heads = new Map(),
    more: Partial<Parameters<typeof planPasses>[1]> = {},
  ) =>
    planPasses(database().db, {
      execution,
      round: 1,
      layer,
      planKey: `plans/${execution}`,
      heads: head,
      request: null,
      ...more,
    }),
  succeed: (
    execution: string,
    layer: Layer,
    pass: PlannedPass,
    more: Partial<Parameters<typeof passResult>[1]> = {},
  ) =>
    settlePass(database().db, {
      passId: pass.passId,
      execution,
      token: pass.leaseToken,
      outcome: { result: passResult(pass, { execution, layer, ...more }) },
    }),
})
