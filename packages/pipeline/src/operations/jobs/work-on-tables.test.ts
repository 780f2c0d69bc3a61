import { createRun } from '@lean-ops/common/control-plane/runs/create-run'
import { takeLeases } from '@lean-ops/common/control-plane/runs/take-leases'
import { describe, expect, it } from 'vitest'
import { planMaintenance } from '../plan-maintenance.ts'
import { runSlice } from '../run-slice.ts'
import type { LakeJobState } from './follow-lake-job.ts'
import type { JobPorts } from './job-ports.ts'
import { topics, useJobRoom } from './testing/job-room.ts'

const room = useJobRoom()
const { depsWith, begin, items, audited, seedContract } = room

describe('work on whole tables', () => {
  /** The job as the control plane sees it: it runs until a test lets it end, and leaves what the test gives. */
  const lake = (results: Record<string, unknown> = {}) => {
    const asked: Parameters<JobPorts['lakeJob']>[0][] = []
    let state: LakeJobState = { state: 'running' }
    const ports: Partial<JobPorts> = {
      lakeJob: async (request) => {
        asked.push(request)
        return state
      },
      readLakeResult: async (_, taskId) => results[taskId],
      refreshSnowflake: async () => [],
    }
    return {
      asked,
      ports,
      results,
      end: (message: string | null = null) => (state = { state: 'ended', message }),
    }
  }
  const holders = async () =>
    (
      await room.database.pool.query(
        `SELECT topic FROM run_leases WHERE topic LIKE 'lake-%' AND execution IS NOT NULL ORDER BY topic`,
      )
    ).rows.map((row) => row.topic)
  const checkpoint = (topic: string, layer: string, seq: number, source: string, head: string) =>
    room.database.pool.query(
      `INSERT INTO checkpoints (topic, layer, pass_seq, pass_id, source_snapshot_id, source_rows, source_seq, recomputed_seq, written_seq,
         head_snapshot_id, head_rows, contract_version, contract_sha256) VALUES ($1, $2, $3::bigint, 'p', $4, 10, $3::bigint, 0, $3::bigint, $5, 9, '1.0.0', 'x')`,
      [topic, layer, seq, source, head],
    )
  const weight = (files: number) => ({ files, bytes: files * 10, snapshots: files, rows: 1 })

  it('maintenance leases its topics, names what consumers need, and ends each with what it saved', async () => {
    await checkpoint('lake-1', 'curated', 3, '9007199254740993', '102')
    await checkpoint('lake-1', 'semantic', 2, '102', '103')
    await room.database.pool.query(
      `INSERT INTO snowflake_tables (topic, database_name, schema_name, table_name, seen_snapshot_id) VALUES ('lake-1', 'D', 'S', 'T', 99)`,
    )
    // Another run has the second topic.
    await createRun(room.database.db, {
      execution: 'other',
      input: { topics: ['lake-2'], trigger: 'schedule' },
    })
    await room.database.pool.query(`INSERT INTO run_topics (execution, topic) VALUES ('other', 'lake-2')`)
    await takeLeases(room.database.db, { execution: 'other', leaseSeconds: 600, round: 1 })
    const job = lake({
      'lake-1-maintenance': {
        state: 'succeeded',
        tables: [{ before: weight(12), after: weight(3) }],
        error: null,
      },
    })
    const id = await begin({ kind: 'maintain' }, topics('lake-1', 'lake-2'))

    const first = await runSlice(id, depsWith(job.ports))
    const during = await holders()
    const again = await runSlice(id, depsWith(job.ports, 'w2'))
    job.end()
    const last = await runSlice(id, depsWith(job.ports))

    expect([first.again, again.again, last.again]).toEqual(['later', 'later', 'never'])
    expect(during).toEqual(['lake-1', 'lake-2'])
    expect(job.asked[0]).toMatchObject({
      job: 'maintenance',
      leases: [{ topic: 'lake-1' }],
      plan: { tasks: [{ topic: 'lake-1', table: 'lake_1', keep: ['102', '103', '9007199254740993', '99'] }] },
    })
    expect(new Set(job.asked.map((a) => JSON.stringify(a))).size).toBe(1)
    expect(await items(id)).toMatchObject([
      { topic: 'lake-1', outcome: 'resolved', detail: 'files 12 → 3; bytes 120 → 30; snapshots 12 → 3' },
      { topic: 'lake-2', outcome: 'skipped', reason: 'topic_busy' },
    ])
    expect(await holders()).toEqual(['lake-2'])
  })

  it("a rebuild's swap moves the checkpoints of both layers to it and closes what had failed before", async () => {
    await seedContract('lake-3', { properties: [{ name: 'n', logicalType: 'string' }] }, 'active')
    await checkpoint('lake-3', 'curated', 7, '500', '502')
    await checkpoint('lake-3', 'semantic', 5, '502', '503')
    await room.database.pool.query(
      `INSERT INTO run_passes (pass_id, topic, layer, seq, mode, state, contract_version, contract_sha256, execution, round, fencing_token, plan_key)
       VALUES ('lake-3-curated-8', 'lake-3', 'curated', 8, 'incremental', 'FAILED', '1.0.0', 'x', 'gone', 1, 1, 'k')`,
    )
    const compare = lake({ 'lake-3-rebuild-9': rebuilt('compare') })
    const swap = lake({ 'lake-3-rebuild-9': rebuilt('swap') })
    compare.end()
    const compared = await begin({ kind: 'rebuild-from-raw', action: 'compare' }, topics('lake-3'))
    await runSlice(compared, depsWith(compare.ports))
    const untouched = await checkpoints('lake-3')
    const id = await begin({ kind: 'rebuild-from-raw', action: 'swap' }, topics('lake-3'))
    swap.end()
    await runSlice(id, depsWith(swap.ports))

    expect(compare.asked[0]).toMatchObject({
      job: 'rebuild',
      plan: { tasks: [{ taskId: 'lake-3-rebuild-9', passSeq: 9, action: 'compare', rawSnapshot: '500' }] },
    })
    expect(untouched).toMatchObject([{ pass_seq: '7' }, { pass_seq: '5' }])
    expect(await items(compared)).toMatchObject([
      { outcome: 'resolved', detail: '__versions: 1 rows only live, 0 only rebuilt' },
    ])
    expect(await checkpoints('lake-3')).toEqual([
      { layer: 'curated', pass_seq: '9', source: '500', source_seq: '7', written_seq: '9', head: '602' },
      { layer: 'semantic', pass_seq: '9', source: '602', source_seq: '9', written_seq: '5', head: '603' },
    ])
    const { rows } = await room.database.pool.query(
      `SELECT state FROM run_passes WHERE pass_id = 'lake-3-curated-8'`,
    )
    expect(rows).toEqual([{ state: 'DISCARDED' }])
    expect(await holders()).not.toContain('lake-3')
  })

  const rebuilt = (action: 'compare' | 'swap') => ({
    state: 'succeeded',
    action,
    passSeq: 9,
    differences: [
      { layer: 'curated', table: '__versions', rebuiltRows: 20, onlyLive: 1, onlyRebuilt: 0 },
      { layer: 'semantic', table: '', rebuiltRows: 18, onlyLive: 0, onlyRebuilt: 0 },
    ],
    archive: action === 'swap' ? 'archive-9' : null,
    snapshots: { curated__versions: '602', curated: '604', semantic: '603' },
    error: null,
  })
  const checkpoints = async (topic: string) =>
    (
      await room.database.pool.query(
        `SELECT layer, pass_seq, source_snapshot_id AS source, source_seq, written_seq, head_snapshot_id AS head FROM checkpoints
         WHERE topic = $1 ORDER BY layer`,
        [topic],
      )
    ).rows

  it('what has grown is planned by itself, once, and rests after it was done', async () => {
    await room.database.pool.query(
      `INSERT INTO run_passes (pass_id, topic, layer, seq, mode, state, contract_version, contract_sha256, execution, round, fencing_token, plan_key, settled_at)
       SELECT 'lake-4-curated-' || n, 'lake-4', 'curated', n, 'incremental', 'SUCCEEDED', '1.0.0', 'x', 'gone', 1, 1, 'k', now() FROM generate_series(1, 3) n`,
    )
    await room.database.pool.query(
      `UPDATE operations SET finished_at = finished_at - interval '2 hours' WHERE kind = 'maintain'`,
    )
    const deps = { db: room.database.db, now: () => new Date() }

    const tooFew = await planMaintenance(deps, { passesMin: 4 })
    const id = await planMaintenance(deps, { passesMin: 3 })
    const twice = await planMaintenance(deps, { passesMin: 3 })
    const job = lake({ 'lake-4-maintenance': { state: 'succeeded', tables: [], error: null } })
    job.end()
    await runSlice(id ?? '', depsWith(job.ports))
    await room.database.pool.query(
      `UPDATE operations SET finished_at = finished_at - interval '2 hours' WHERE id = $1`,
      [id],
    )

    expect([tooFew, twice]).toEqual([undefined, undefined])
    expect(await items(id ?? '')).toMatchObject([{ topic: 'lake-4', outcome: 'resolved' }])
    // New commits or not: it rests for its hours.
    expect(await planMaintenance(deps, { passesMin: 1 })).toBe(undefined)
    expect(await planMaintenance(deps, { passesMin: 0, restHours: 0, topicsMax: 1 })).not.toBe(undefined)
    expect(await audited(id ?? '')).toEqual(['maintain.create', 'maintain.finish'])
  })
})
