import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedDeadLetters, seedOperation } from '../testing/seed-dead-letters.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { defaultRetention, pruneExpired } from './prune-expired.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

const count = async (table: string, condition = 'true'): Promise<number> =>
  (await database.owner.query(`SELECT count(*)::int AS n FROM ${table} WHERE ${condition}`)).rows[0]?.n

describe('pruneExpired', () => {
  it('forgets what has expired and keeps what has not, as the application’s own role', async () => {
    await database.pool.query(`INSERT INTO topic_samples (topic, minute) VALUES
      ('orders', now() - interval '36 days'), ('orders', now() - interval '34 days'), ('orders', now())`)
    await database.pool.query(`INSERT INTO error_counts (fingerprint, minute, topic, stage, code, failures) VALUES
      ('f', now() - interval '36 days', 'orders', 'ingest', 'X', 1), ('f', now(), 'orders', 'ingest', 'X', 1)`)
    await database.pool.query(`INSERT INTO error_hours (fingerprint, hour, owner, failures) VALUES
      ('f', now() - interval '401 days', 'a', 1), ('f', now() - interval '36 days', 'a', 1)`)
    await database.pool.query(`INSERT INTO consumed_messages (consumer, message_id, consumed_at) VALUES
      ('c', 'old', now() - interval '16 days'), ('c', 'new', now() - interval '13 days')`)
    await database.pool.query(`INSERT INTO idempotency_keys (actor, key, request_hash, expires_at) VALUES
      ('a', 'old', 'h', now() - interval '1 second'), ('a', 'new', 'h', now() + interval '1 hour')`)
    await database.pool.query(`INSERT INTO login_states (state_hash, code_verifier, nonce, return_to, expires_at, browser_hash) VALUES
      ('old', 'v', 'n', '/', now() - interval '1 second', 'b'), ('new', 'v', 'n', '/', now() + interval '1 hour', 'b')`)

    await pruneExpired(database.db)
    const again = await pruneExpired(database.db)

    expect(await count('topic_samples')).toBe(2)
    expect(await count('error_counts')).toBe(1)
    expect(await count('error_hours')).toBe(1)
    expect(await count('consumed_messages', "message_id = 'new'")).toBe(1)
    expect(await count('consumed_messages')).toBe(1)
    expect(await count('idempotency_keys')).toBe(1)
    expect(await count('login_states')).toBe(1)
    expect(Object.values(again.rows).every((n) => n === 0)).toBe(true)
    expect(again.isDone).toBe(true)
  })

  it('keeps the history of messages that are still there, and every open message', async () => {
    const [open, gone] = await seedDeadLetters(
      database.pool,
      ['a', 'b'].map((body) => ({ topic: 'orders', body, originArn: 'arn' })),
    )
    const ids = [open?.id ?? '', gone?.id ?? '']
    const operationId = await seedOperation(database.pool, ids)
    await database.pool.query(
      "UPDATE operation_items SET state = 'done', outcome = 'unverified' WHERE operation_id = $1",
      [operationId],
    )
    await database.pool.query(
      "UPDATE operations SET state = 'completed', finished_at = now() - interval '91 days' WHERE id = $1",
      [operationId],
    )
    const live = await seedOperation(database.pool, [])
    // The ended operation's own came with the change of its items, in a bucket of this very moment.
    await database.pool.query('INSERT INTO operation_series (operation_id, bucket) VALUES ($1, now())', [
      live,
    ])
    expect(await count('operation_series')).toBe(2)
    await database.owner.query('DELETE FROM dead_letters WHERE id = $1', [gone?.id])

    await pruneExpired(database.db)

    const { rows } = await database.pool.query(
      'SELECT dead_letter_id FROM operation_items WHERE operation_id = $1',
      [operationId],
    )
    expect(rows).toEqual([{ dead_letter_id: open?.id }])
    expect(await count('dead_letters', `id = '${open?.id}' AND status = 'open'`)).toBe(1)
    expect(await count('operation_series')).toBe(1)
  })

  it('drops whole weeks, and prepares those to come', async () => {
    await database.owner.query(
      "CREATE TABLE topic_rates_2020w10 PARTITION OF topic_rates FOR VALUES FROM ('2020-03-02') TO ('2020-03-09')",
    )
    const nextWeeks = await count('pg_inherits', "inhparent = 'topic_rates'::regclass")

    const { partitions } = await pruneExpired(database.db)

    expect(partitions).toBe(1)
    expect(await count('pg_class', "relname = 'topic_rates_2020w10'")).toBe(0)
    // This week, three more, and the rest.
    expect(nextWeeks - 1).toBe(5)
    const id = randomUUID()
    await database.pool.query(
      "INSERT INTO topic_samples (topic, minute) VALUES ($1, now() + interval '6 days'), ($1, now() + interval '90 days')",
      [id],
    )
    const { rows } = await database.pool.query(
      'SELECT tableoid::regclass::text AS part FROM topic_samples WHERE topic = $1 ORDER BY minute',
      [id],
    )
    expect(rows[0]?.part).toMatch(/^topic_samples_\d{4}w\d{2}$/)
    expect(rows[1]?.part).toBe('topic_samples_rest')
  })

  it('refuses to forget everything', async () => {
    await database.pool.query("INSERT INTO topic_samples (topic, minute) VALUES ('kept', now())")

    const mistaken = pruneExpired(database.db, { ...defaultRetention, minutesKeptDays: 0 })

    await expect(mistaken).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(await count('topic_samples', "topic = 'kept'")).toBe(1)
  })
})
