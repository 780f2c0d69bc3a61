import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { deadLetterId } from '../../messages/dead-letter-id.ts'
import { failureReport, failureReportArbitrary } from '../testing/failure-arbitrary.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { recordDeadLetters } from './record-dead-letters.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterEach(() => empty())
afterAll(() => database.close())

const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows
const id = deadLetterId('orders', 'message-1')

describe('recordDeadLetters', () => {
  it('keeps a message whole: row, exact body, event, group, counts', async () => {
    const body = Buffer.from([0x7b, 0xff, 0x00, 0x7d])
    const attributes = { trace: { type: 'Binary', value: 'AAE=' }, n: { type: 'Number.int', value: '007' } }

    const result = await recordDeadLetters(database.db, [failureReport({ body, attributes })])

    expect(result).toEqual({ recorded: 1, duplicates: 0, returned: [] })
    expect(
      await query(
        'SELECT id, status, attempt, failures, owner, attributes, size_bytes, preview FROM dead_letters',
      ),
    ).toEqual([
      {
        id,
        status: 'open',
        attempt: 0,
        failures: 1,
        owner: 'unknown',
        attributes,
        size_bytes: 4,
        preview: 'binary, 4 bytes',
      },
    ])
    expect(await query('SELECT kind, inline, archive_key FROM dead_letter_bodies')).toEqual([
      { kind: 'binary', inline: body, archive_key: 'dead-letters/1.ndjson' },
    ])
    expect(await query('SELECT count(*)::int AS n FROM dead_letter_events')).toEqual([{ n: 1 }])
    expect(await query('SELECT title, failures FROM error_groups')).toEqual([
      { title: 'not valid JSON at character <n>', failures: '1' },
    ])
    expect(await query('SELECT failures FROM error_counts')).toEqual([{ failures: 1 }])
    expect(await query('SELECT topic, status, letters FROM dead_letter_counts')).toEqual([
      { topic: 'orders', status: 'open', letters: '1' },
    ])
  })

  it('leaves bodies over 64 KiB in the archive and searches their beginning', async () => {
    const body = Buffer.from(`{"needle":"hay","x":"${'y'.repeat(70_000)}"}`)

    await recordDeadLetters(database.db, [failureReport({ body })])

    const [row] = await query('SELECT inline, size_bytes, length(search) AS searched FROM dead_letter_bodies')
    expect(row).toEqual({ inline: null, size_bytes: body.length, searched: 4096 })
  })

  it('takes text that PostgreSQL does not', async () => {
    const body = Buffer.from('{"a":"\u0000\\u0000"}')
    const attributes = { a: { type: 'String', value: 'x\u0000y' } }

    await recordDeadLetters(database.db, [
      failureReport({ body, attributes, message: 'bad \u0000 thing \ud83d' }),
    ])

    expect(await query('SELECT inline FROM dead_letter_bodies')).toEqual([{ inline: body }])
  })

  it('never keeps a value of the body where everyone may read', async () => {
    const secret = 'canary-4711-secret'
    await recordDeadLetters(database.db, [
      failureReport({
        body: Buffer.from(JSON.stringify({ name: secret, list: [secret], [`${secret} x`]: 1 })),
        message: `Unexpected token 'c', "${secret}" is not valid JSON`,
      }),
    ])

    const shown = await query(
      `SELECT d.preview, d.error_message, e.error_message AS event, g.title, g.sample_message, g.parts::text
       FROM dead_letters d JOIN dead_letter_events e ON e.dead_letter_id = d.id JOIN error_groups g ON g.fingerprint = d.fingerprint`,
    )
    expect(JSON.stringify(shown)).not.toContain('canary')
  })

  it('gives the same tables whatever the order, the batches and the repetitions', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(failureReportArbitrary, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 4 }),
        async (reports, numbers, size) => {
          const next = () => numbers.next().value ?? 0
          await empty()
          await recordDeadLetters(database.db, reports)
          const expected = await tables()

          await empty()
          const twice = [...reports, ...reports].map((r) => ({ r, at: next() })).sort((a, b) => a.at - b.at)
          const batches = Array.from({ length: Math.ceil(twice.length / size) }, (_, n) =>
            twice.slice(n * size, (n + 1) * size).map(({ r }) => r),
          )
          for (const batch of batches) await recordDeadLetters(database.db, batch)

          expect(await tables()).toEqual(expected)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('survives writers that work on the same messages at once', async () => {
    const reports = Array.from({ length: 40 }, (_, n) =>
      failureReport({ messageId: `m${n % 10}`, source: `sqs:${n}` }),
    )

    await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        recordDeadLetters(database.db, n % 2 ? reports : reports.toReversed()),
      ),
    )

    expect(
      await query('SELECT count(*)::int AS n, sum(failures)::int AS failures FROM dead_letters'),
    ).toEqual([{ n: 10, failures: 40 }])
    expect(await query('SELECT sum(failures)::int AS n FROM error_counts')).toEqual([{ n: 40 }])
    expect(await query('SELECT sum(letters)::int AS n FROM dead_letter_counts')).toEqual([{ n: 10 }])
  })

  it('numbers rows in the order in which they become visible', async () => {
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        recordDeadLetters(database.db, [failureReport({ messageId: `s${n}` })]),
      ),
    )

    const seqs = await query('SELECT index_seq FROM dead_letters')
    const [version] = await query("SELECT version FROM versions WHERE noun = 'dead_letters'")
    expect(new Set(seqs.map((r) => r.index_seq)).size).toBe(8)
    expect(seqs.every((r) => Number(r.index_seq) <= Number(version?.version))).toBe(true)
  })
})

describe('a message that was sent again', () => {
  const replay = async (status: string) => {
    await recordDeadLetters(database.db, [failureReport()])
    await query(`UPDATE dead_letters SET status = $1, attempt = 1, replay_id = 'r1'`, [status])
  }
  const status = async () => (await query('SELECT status, failures FROM dead_letters'))[0]

  it.each(['in_operation', 'verifying', 'unverified', 'resolved'])(
    'is open again when it returns while %s',
    async (before) => {
      await replay(before)

      const result = await recordDeadLetters(database.db, [
        failureReport({ attempt: 1, replayId: 'r1', source: 'sqs:2' }),
      ])

      expect(result.returned).toEqual([id])
      expect(await status()).toEqual({ status: 'open', failures: 2 })
    },
  )

  it.each(['in_operation', 'verifying', 'resolved', 'discarded'])(
    'stays %s when only an older attempt is heard of late',
    async (before) => {
      await replay(before)

      await recordDeadLetters(database.db, [failureReport({ attempt: 0, source: 'sqs:late' })])

      expect(await status()).toEqual({ status: before, failures: 2 })
    },
  )

  it('stays discarded for the attempt that was discarded, and opens for a later one', async () => {
    await replay('discarded')
    await recordDeadLetters(database.db, [failureReport({ attempt: 1, source: 'sqs:again' })])
    expect(await status()).toMatchObject({ status: 'discarded' })

    await recordDeadLetters(database.db, [failureReport({ attempt: 2, source: 'sqs:later' })])
    expect(await status()).toMatchObject({ status: 'open' })
  })
})

/** Faster than TRUNCATE for a handful of rows; the counts go last, because deleting rows counts down. */
async function empty() {
  await database.owner.query(
    'DELETE FROM dead_letters; DELETE FROM error_groups; DELETE FROM error_counts; DELETE FROM error_hours; DELETE FROM dead_letter_counts',
  )
}

async function tables() {
  return {
    letters:
      await query(`SELECT id, topic, status, attempt, failures, stage, code, class, fingerprint, error_message, first_failed_at,
      last_failed_at, head_event_id, size_bytes, preview FROM dead_letters ORDER BY id`),
    events: await query(
      'SELECT id, dead_letter_id, attempt, stage, occurred_at FROM dead_letter_events ORDER BY id',
    ),
    groups: await query('SELECT * FROM error_groups ORDER BY fingerprint'),
    counts: await query('SELECT * FROM error_counts ORDER BY 1, 2, 3, 4'),
    hours: await query('SELECT * FROM error_hours ORDER BY 1, 2, 3'),
    letterCounts: await query(
      'SELECT * FROM dead_letter_counts WHERE letters <> 0 ORDER BY 1, 2, 3, 4, 5, 6',
    ),
  }
}
