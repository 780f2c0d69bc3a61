import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeadLetterRow } from '../../contract/dead-letter.ts'
import { type DeadLetterFilter, resolveFilter } from '../../contract/dead-letter-filter.ts'
import { facetNames } from '../../contract/dead-letter-query.ts'
import { failureReport } from '../testing/failure-arbitrary.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { getDeadLetter } from './get-dead-letter.ts'
import { getFacets } from './get-facets.ts'
import { getHistogram } from './get-histogram.ts'
import { listDeadLetterEvents } from './list-dead-letter-events.ts'
import { listDeadLetters } from './list-dead-letters.ts'
import { listErrorGroups } from './list-error-groups.ts'
import { readDeadLetterBody } from './read-dead-letter-body.ts'
import { recordDeadLetters } from './record-dead-letters.ts'

const now = new Date('2026-11-23T05:00:00Z')
const topics = ['orders', 'payments', 'events']
const failures = [
  { code: 'MALFORMED_JSON', message: 'not valid JSON at character 17' },
  { code: 'NOT_AN_OBJECT', message: 'a list instead of an object' },
  { code: 'SINK_THROTTLED', message: 'Rate exceeded' },
]
const statuses = ['open', 'open', 'open', 'resolved', 'discarded'] as const

let database: TestDatabase
let all: DeadLetterRow[]
beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query(
    `INSERT INTO topics (topic, owner, status, queue_name, table_name) VALUES ('orders', 'commerce', 'active', 'a', 'a'),
      ('payments', 'finance', 'active', 'b', 'b'), ('events', 'commerce', 'active', 'c', 'c')`,
  )
  const reports = Array.from({ length: 120 }, (_, n) =>
    failureReport({
      topic: topics[n % 3] ?? '',
      messageId: `m${n}`,
      stage: 'ingest',
      ...(failures[n % failures.length === 2 ? 2 : (n * 7) % 3] ?? {}),
      // Several share an instant: ties must not lose or repeat rows.
      occurredAt: new Date(now.getTime() - Math.floor(n / 4) * 3_600_000),
      source: `sqs:${n}`,
      attempt: n % 4,
      body: Buffer.from(
        JSON.stringify({
          order: { id: `o-${n}`, lines: [{ sku: 'A1' }] },
          note: n % 10 === 0 ? 'needle 100%' : 'hay',
        }),
      ),
      attributes: { kind: { type: 'String', value: n % 2 ? 'odd' : 'even' } },
    }),
  )
  await recordDeadLetters(database.db, reports)
  for (const [n, status] of statuses.entries())
    await database.pool.query(
      `UPDATE dead_letters SET status = $1 WHERE mod(substring(message_id FROM 2)::int, ${statuses.length}) = $2`,
      [status, n],
    )
  all = (await listDeadLetters(database.db, { filter: {}, owners: '*', limit: 500 })).items
})
afterAll(() => database.close())

const matches = (row: DeadLetterRow, f: DeadLetterFilter): boolean =>
  facetNames.every((name) => f[name] === undefined || (f[name] as string[]).includes(row[name])) &&
  (f.fingerprint === undefined || f.fingerprint.includes(row.fingerprint)) &&
  (f.attemptsMin === undefined || row.attempt >= f.attemptsMin) &&
  (f.failedFrom === undefined || row.lastFailedAt >= new Date(f.failedFrom).toISOString()) &&
  (f.failedTo === undefined || row.lastFailedAt < new Date(f.failedTo).toISOString())

const some = <T>(...values: T[]) =>
  fc.option(fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }), { nil: undefined })
const hoursAgo = fc.option(
  fc.integer({ min: 0, max: 40 }).map((h) => new Date(now.getTime() - h * 3_600_000).toISOString()),
  { nil: undefined },
)
const filterArbitrary: fc.Arbitrary<DeadLetterFilter> = fc.record({
  topic: some(...topics),
  owner: some('commerce', 'finance'),
  code: some(...failures.map((f) => f.code)),
  status: some('open' as const, 'resolved' as const, 'discarded' as const),
  attemptsMin: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
  failedFrom: hoursAgo,
  failedTo: hoursAgo,
})

async function pages(request: Omit<Parameters<typeof listDeadLetters>[1], 'cursor'>) {
  const rows: DeadLetterRow[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof listDeadLetters>> = await listDeadLetters(database.db, {
      ...request,
      ...(cursor === null ? {} : { cursor }),
    })
    rows.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return rows
}

describe('listDeadLetters', () => {
  it('gives exactly what matches, in order, in pages of any size, with the count', async () => {
    await fc.assert(
      fc.asyncProperty(
        filterArbitrary,
        fc.constantFrom(
          'lastFailedAt' as const,
          'firstFailedAt' as const,
          'sizeBytes' as const,
          'attempt' as const,
        ),
        fc.constantFrom('asc' as const, 'desc' as const),
        fc.integer({ min: 7, max: 130 }),
        async (filter, sort, direction, limit) => {
          const expected = all.filter((row) => matches(row, filter))

          const rows = await pages({ filter, owners: '*', sort, direction, limit })

          expect(rows.map((r) => r.id).sort()).toEqual(expected.map((r) => r.id).sort())
          const keys = rows.map((r) => [r[sort], r.id] as const)
          const before = (a: readonly [string | number, string], b: typeof a) =>
            a[0] === b[0] ? a[1] < b[1] : a[0] < b[0]
          for (const [n, key] of keys.slice(1).entries()) {
            const previous = keys[n]
            if (previous)
              expect(direction === 'asc' ? before(previous, key) : before(key, previous)).toBe(true)
          }
          const { total } = await listDeadLetters(database.db, { filter, owners: '*', limit: 1 })
          expect(total).toEqual({ value: expected.length, isExact: true })
        },
      ),
      { numRuns: 30 },
    )
  })

  it('shows only the owners of the caller', async () => {
    const rows = await pages({ filter: {}, owners: ['finance'], limit: 50 })
    expect(new Set(rows.map((r) => r.topic))).toEqual(new Set(['payments']))
    const { total } = await listDeadLetters(database.db, { filter: {}, owners: [], limit: 1 })
    expect(total).toEqual({ value: 0, isExact: true })
  })

  it('is not shifted by what arrives between two pages', async () => {
    const filter: DeadLetterFilter = { topic: ['orders'] }
    const first = await listDeadLetters(database.db, { filter, owners: '*', limit: 10 })
    await recordDeadLetters(database.db, [
      failureReport({ messageId: 'newcomer', code: 'TOO_LARGE', occurredAt: now, source: 'sqs:newcomer' }),
    ])
    const second = await listDeadLetters(database.db, {
      filter,
      owners: '*',
      limit: 10,
      cursor: first.nextCursor ?? '',
    })
    await database.pool.query(`DELETE FROM dead_letters WHERE message_id = 'newcomer'`)

    const expected = all.filter((r) => r.topic === 'orders').map((r) => r.id)
    expect([...first.items, ...second.items].map((r) => r.id)).toEqual(expected.slice(0, 20))
  })

  it.each([
    [{ text: 'needle 100%' }, 12],
    [{ text: 'NEEDLE' }, 12],
    [{ text: '1000%' }, 0],
    [{ path: '$.order.id', pathValue: 'o-7' }, 1],
    [{ path: '$.order.lines[0].sku', pathValue: 'A1' }, 120],
    [{ attribute: 'kind', attributeValue: 'odd' }, 60],
    [{ attribute: 'absent' }, 0],
    [{ messageId: ['m1', 'm2', 'm999'] }, 2],
  ] satisfies [DeadLetterFilter, number][])('finds %j', async (filter, count) => {
    const { items, total } = await listDeadLetters(database.db, { filter, owners: '*', limit: 500 })
    expect(items).toHaveLength(count)
    expect(total).toEqual({ value: count, isExact: true })
  })

  it('refuses a cursor of another order, and one that is none', async () => {
    const { nextCursor } = await listDeadLetters(database.db, { filter: {}, owners: '*', limit: 5 })
    const request = { filter: {}, owners: '*' as const, limit: 5 }
    for (const over of [{ cursor: 'abc' }, { cursor: nextCursor ?? '', sort: 'sizeBytes' as const }])
      await expect(listDeadLetters(database.db, { ...request, ...over })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      })
  })
})

describe('summaries', () => {
  it('agree with the rows for any filter', async () => {
    await fc.assert(
      fc.asyncProperty(filterArbitrary, async (filter) => {
        const expected = all.filter((row) => matches(row, filter))

        const { groups, total } = await listErrorGroups(database.db, { filter, owners: '*', limit: 50, now })
        const facets = await getFacets(database.db, { filter, owners: '*' })
        const histogram = await getHistogram(database.db, {
          filter,
          owners: '*',
          now: new Date(now.getTime() + 1),
        })

        expect(Object.fromEntries(groups.map((g) => [g.fingerprint, g.count]))).toEqual(
          countBy(expected, (r) => r.fingerprint),
        )
        expect(total).toBe(groups.length)
        for (const name of facetNames) {
          const others = all.filter((row) => matches(row, { ...filter, [name]: undefined }))
          expect(Object.fromEntries(facets[name].map((v) => [v.value, v.count]))).toEqual(
            countBy(others, (r) => r[name]),
          )
        }
        if (filter.failedTo === undefined)
          expect(histogram.buckets.reduce((sum, b) => sum + b.count, 0)).toBe(expected.length)
      }),
      { numRuns: 25 },
    )
  })

  it('the axis of a burst is half an hour long, and as long as asked when the filter says from when', async () => {
    const oldest = Math.min(...all.map((row) => Date.parse(row.lastFailedAt)))
    const soon = new Date(oldest + 60_000)
    const lengthOf = async (last: object) =>
      (await getHistogram(database.db, { filter: resolveFilter(last, soon), owners: '*', now: soon })).buckets
        .length

    expect(await lengthOf({})).toBeOneOf([30, 31])
    expect(await lengthOf({ last: '5m' })).toBeOneOf([5, 6])
  })

  it('show when a group failed, for the owners who may know', async () => {
    const filter = resolveFilter({ code: ['MALFORMED_JSON'], last: '24h' }, now)
    const trendOf = async (owners: '*' | string[]) => {
      const { groups } = await listErrorGroups(database.db, { filter, owners, limit: 5, now })
      return groups[0]?.trend.reduce((a, b) => a + b, 0)
    }
    const failed = all.filter((r) => matches(r, filter))
    expect(await trendOf('*')).toBe(failed.length)
    expect(await trendOf(['finance'])).toBe(failed.filter((r) => r.owner === 'finance').length || undefined)
  })

  it('keep old links to a group alive', async () => {
    const fingerprint = all[0]?.fingerprint ?? ''
    await database.pool.query(
      'INSERT INTO fingerprint_aliases (old_fingerprint, fingerprint) VALUES ($1, $2)',
      ['v0:old', fingerprint],
    )
    const { items } = await listDeadLetters(database.db, {
      filter: { fingerprint: ['v0:old'] },
      owners: '*',
      limit: 500,
    })
    expect(items).toHaveLength(all.filter((r) => r.fingerprint === fingerprint).length)
  })
})

describe('one dead letter', () => {
  const s3 = { send: () => Promise.reject(new Error('not needed')) }

  it('says what it is, why it is grouped as it is, and what happened to it', async () => {
    const row = all[5]
    const id = row?.id ?? ''
    const detail = await getDeadLetter(database.db, id, '*')
    expect(detail).toMatchObject({ ...row, publishTime: '2026-11-22T23:59:00.123456Z', bodyKind: 'json' })
    expect(detail.explanation).toMatch(/^grouped by stage ingest, code \w+ and message “/)
    expect(await listDeadLetterEvents(database.db, id)).toMatchObject([
      { what: 'failed', attempt: row?.attempt },
    ])
    const body = await readDeadLetterBody({ db: database.db, s3: s3 as never }, id)
    expect(body.bytes.length).toBe(row?.sizeBytes)
  })

  it('does not exist for others', async () => {
    const id = all.find((r) => r.owner === 'finance')?.id ?? ''
    await expect(getDeadLetter(database.db, id, ['commerce'])).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(
      readDeadLetterBody({ db: database.db, s3: s3 as never }, 'f'.repeat(32)),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})

const countBy = <T>(items: readonly T[], key: (item: T) => string): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(items, key)].map(([k, of]) => [k, of.length]))
