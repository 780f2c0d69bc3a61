import { UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { setTopicPause } from '@lean-ops/common/control-plane/topics/set-topic-pause'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { applyPauses } from './apply-pauses.ts'

const now = new Date('2026-11-23T12:00:00.000Z')
const ana = { kind: 'user', id: 'user-1', name: 'Ana' } as const

describe('apply pauses', () => {
  let database: TestDatabase
  /** What AWS was told, in order; a mapping in `busy` refuses. */
  let told: string[]
  const busy = new Set<string>()
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    told = []
    busy.clear()
    await database.owner.query('DELETE FROM topics')
    for (const topic of ['orders', 'payments'])
      await database.owner.query(
        `WITH t AS (INSERT INTO topics (topic, owner, status, queue_name, table_name) VALUES ($1, 'commerce', 'active', 'q', 't') RETURNING topic)
         INSERT INTO topic_status (topic, mapping_id, mapping_state) SELECT topic, 'mapping of ' || topic, 'Enabled' FROM t`,
        [topic],
      )
  })

  const run = (at = now) =>
    applyPauses({
      db: database.db,
      lambda: {
        // `send` has an overload per command; this is the one that is used.
        send: (async (command: unknown) => {
          if (!(command instanceof UpdateEventSourceMappingCommand)) throw new Error('an unexpected call')
          const { UUID = '', Enabled } = command.input
          if (busy.has(UUID)) throw Object.assign(new Error('updating'), { name: 'ResourceInUseException' })
          told.push(`${UUID} ${Enabled ? 'on' : 'off'}`)
        }) as never,
      },
      now: () => at,
      remainingMs: () => 60_000,
    })
  const pause = (topic: string, ifVersion: number, change: { ingest: boolean; until?: Date }) =>
    setTopicPause(database.db, {
      topic,
      ingest: change.ingest,
      processing: false,
      reason: 'a test',
      until: change.until ?? null,
      ifVersion,
      actor: ana,
      now,
    })

  it('tells AWS once that a queue is not to be read, and once that it is again', async () => {
    await pause('orders', 0, { ingest: true })

    await run()
    await run()
    await pause('orders', 1, { ingest: false })
    await run()
    await run()

    expect(told).toEqual(['mapping of orders off', 'mapping of orders on'])
  })

  it('leaves a mapping alone that was disabled in AWS, and disables one again that was enabled there', async () => {
    await database.owner.query(`UPDATE topic_status SET mapping_state = 'Disabled' WHERE topic = 'payments'`)
    await pause('orders', 0, { ingest: true })
    await run()
    await database.owner.query(
      `UPDATE topic_status SET mapping_state = 'Enabled', mapping_collected_at = $1::timestamptz + interval '3 minutes' WHERE topic = 'orders'`,
      [now],
    )

    await run()

    expect(told).toEqual(['mapping of orders off', 'mapping of orders off'])
  })

  it('does the others when AWS refuses one, throws, and repeats it', async () => {
    await pause('orders', 0, { ingest: true })
    await pause('payments', 0, { ingest: true })
    busy.add('mapping of orders')

    await expect(run()).rejects.toThrow('updating')
    busy.clear()
    await run()

    expect(told).toEqual(['mapping of payments off', 'mapping of orders off'])
  })

  it('resumes by itself at the end of a pause, with an audit row that says so', async () => {
    await pause('orders', 0, { ingest: true, until: new Date(now.getTime() + 60_000) })
    await run()

    const early = await run(new Date(now.getTime() + 59_000))
    const late = await run(new Date(now.getTime() + 60_000))

    const { rows } = await database.owner.query(
      `SELECT actor_kind, action FROM audit_log WHERE target_id = 'orders' ORDER BY seq DESC LIMIT 1`,
    )
    expect([early.resumed, late.resumed]).toEqual([[], ['orders']])
    expect(told).toEqual(['mapping of orders off', 'mapping of orders on'])
    expect(rows).toEqual([{ actor_kind: 'system', action: 'topic.resume' }])
  })
})
