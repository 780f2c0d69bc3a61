import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { asc } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runSampler } from './run-sampler.ts'
import { syncTopics } from './sync-topics.ts'
import type { SampleReport, SamplerDeps } from './take-sample.ts'
import { type FakeWorld, fakeClients, registryOf } from './testing/fake-sources.ts'

describe('runSampler', () => {
  let database: TestDatabase
  let nowMs: number
  let reports: SampleReport[]

  beforeEach(async () => {
    database = await createTestDatabase()
    nowMs = Date.parse('2026-11-23T12:00:00Z')
    reports = []
  })
  afterEach(() => database.close())

  const depsFor = (...names: string[]): SamplerDeps => {
    const world: FakeWorld = { queues: {}, ages: {}, mappings: {}, tables: {}, objects: {}, calls: [] }
    return {
      db: database.db,
      registry: registryOf(...names),
      ...fakeClients(world),
      queueUrlPrefix: 'https://sqs.test/0/lean-ops-test-',
      processorName: 'p',
      rawDatabase: 'raw',
      now: () => new Date(nowMs),
    }
  }
  const pace = (everyMs: number, remainingMs = () => 900_000) => ({
    everyMs,
    remainingMs,
    sleep: async (ms: number) => {
      nowMs += ms
    },
    report: (r: SampleReport) => {
      reports.push(r)
    },
  })

  it('samples every 5 seconds until the next invocation is near', async () => {
    const samples = await runSampler(depsFor('orders'), pace(5_000))

    expect(samples).toBe(11)
    expect(reports).toHaveLength(11)
  })

  it('samples once when a minute lies between samples', async () => {
    expect(await runSampler(depsFor('orders'), pace(60_000))).toBe(1)
  })

  it('a slow sample rests three times as long as it took', async () => {
    const deps = depsFor('orders')
    const slow: SamplerDeps = {
      ...deps,
      // Each look at the clock is a second later: a sample takes several.
      now: () => {
        nowMs += 1_000
        return new Date(nowMs)
      },
    }
    const rests: number[] = []
    const samples = await runSampler(slow, {
      ...pace(1_000),
      sleep: async (ms) => {
        rests.push(ms)
        nowMs += ms
      },
    })

    expect(samples).toBeGreaterThan(1)
    expect(Math.min(...rests)).toBeGreaterThan(3_000)
  })

  it("stops before the function's own time is over", async () => {
    const end = nowMs + 20_000

    const samples = await runSampler(
      depsFor('orders'),
      pace(5_000, () => end - nowMs),
    )

    expect(samples).toBe(4)
  })

  it('topics follow the registry: new ones appear, gone ones are marked, returning ones are unmarked', async () => {
    const sync = (...names: string[]) => syncTopics(database.db, registryOf(...names).topics, new Date(nowMs))
    const changed = registryOf('orders').topics.map((t) => ({ ...t, clearPaths: [['orderId']] }))
    const first = await sync('orders', 'payments')
    const same = await sync('orders', 'payments')
    const fewer = await sync('orders')
    const removed = await database.db.select().from(topics).orderBy(asc(topics.topic))
    const back = await sync('orders', 'payments')
    const contract = await syncTopics(
      database.db,
      [...changed, ...registryOf('payments').topics],
      new Date(nowMs),
    )
    const all = await database.db.select().from(topics).orderBy(asc(topics.topic))

    expect([first, same, fewer, back, contract]).toEqual([true, false, true, true, true])
    expect(removed.map((t) => [t.topic, t.removedAt?.getTime() ?? null])).toEqual([
      ['orders', null],
      ['payments', nowMs],
    ])
    expect(all.map((t) => [t.removedAt, t.clearPaths])).toEqual([
      [null, [['orderId']]],
      [null, null],
    ])
  })
})
