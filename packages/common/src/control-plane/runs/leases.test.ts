import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runHarness } from '../testing/run-harness.ts'
import { plainContract, seedTopics } from '../testing/seed-runs.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { releaseLeases } from './release-leases.ts'
import { takeLeases } from './take-leases.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
const { clear, start } = runHarness(() => database)
beforeEach(clear)

describe('leases', () => {
  it('one run holds a topic; the same run keeps its token, the next one gets a greater', async () => {
    await seedTopics(database.pool, [plainContract('orders'), plainContract('payments')])

    const a = await start('a', ['orders', 'payments'])
    const b = await start('b', ['orders'])
    const again = await takeLeases(database.db, { execution: 'a', leaseSeconds: 60, round: 1 })
    await releaseLeases(database.db, 'a')
    const c = await start('c', ['orders'])

    expect(a.taken.map((l) => l.token)).toEqual([1, 1])
    expect(b).toEqual({ taken: [], refused: [{ topic: 'orders', outcome: 'BUSY' }] })
    expect(again.taken).toEqual(a.taken)
    expect(c.taken).toEqual([{ topic: 'orders', token: 2 }])
  })

  it('a lease that has run out is taken over; paused and unknown topics are refused', async () => {
    await seedTopics(database.pool, [plainContract('orders'), plainContract('payments')])
    await start('a', ['orders'])
    await database.pool.query(`UPDATE run_leases SET until = now() - interval '1 second'`)
    await database.pool.query(`UPDATE topics SET is_processing_paused = true WHERE topic = 'payments'`)

    const b = await start('b', ['orders', 'payments', 'nobody'])

    expect(b.taken).toEqual([{ topic: 'orders', token: 2 }])
    expect(b.refused).toEqual([
      { topic: 'nobody', outcome: 'UNKNOWN_TOPIC' },
      { topic: 'payments', outcome: 'PAUSED' },
    ])
  })
})
