import { readVersions } from '@lean-ops/common/control-plane/read-versions'
import { topicSamples } from '@lean-ops/common/control-plane/schema/topic-samples'
import { topicStatus } from '@lean-ops/common/control-plane/schema/topic-status'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { asc, eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { syncTopics } from './sync-topics.ts'
import { type SamplerDeps, takeSample } from './take-sample.ts'
import { type FakeWorld, fakeClients, metadataText, registryOf } from './testing/fake-sources.ts'

const topics = ['orders', 'payments', 'gh-push'] as const
const never = new AbortController().signal
const bigId = '9007199254740993'

describe('takeSample', () => {
  let database: TestDatabase
  let world: FakeWorld
  let deps: SamplerDeps
  let clock: Date

  beforeEach(async () => {
    database = await createTestDatabase()
    clock = new Date('2026-11-23T12:00:10.000Z')
    world = {
      queues: { orders: 12, payments: 0, 'gh-push': 3 },
      ages: { orders: 480 },
      mappings: { orders: 'Enabled', payments: 'Disabled', 'gh-push': 'Enabled' },
      tables: {
        orders: 's3://lake/raw/orders/metadata/1.json',
        payments: 's3://lake/p/1.json',
        gh_push: 's3://lake/g/1.json',
      },
      objects: {
        's3://lake/raw/orders/metadata/1.json': metadataText(bigId, 100),
        's3://lake/p/1.json': '{"current-snapshot-id":null,"snapshots":[]}',
        's3://lake/g/1.json': metadataText('7', 5),
      },
      calls: [],
    }
    deps = {
      db: database.db,
      registry: registryOf(...topics),
      ...fakeClients(world),
      queueUrlPrefix: 'https://sqs.test/000000000000/lean-ops-test-',
      processorName: 'lean-ops-test-sqs-processor',
      rawDatabase: 'lean_ops_test_raw',
      now: () => clock,
    }
    await syncTopics(deps.db, deps.registry.topics, clock)
  })
  afterEach(() => database.close())

  const statusOf = async (topic: string) => {
    const [row] = await database.db.select().from(topicStatus).where(eq(topicStatus.topic, topic))
    return row
  }

  it('writes every source with the time it was read', async () => {
    const report = await takeSample(deps, never)

    expect(report).toEqual({
      topics: 3,
      failed: { queues: 0, oldest: 0, mappings: 0, rawHeads: 0, deadLetters: 0 },
    })
    expect(await statusOf('orders')).toMatchObject({
      queueVisible: 12,
      queueInFlight: 1,
      queueDelayed: 0,
      queueCollectedAt: clock,
      queueError: null,
      queueOldestAgeSeconds: 480,
      queueOldestCollectedAt: clock,
      mappingId: 'uuid-orders',
      mappingState: 'Enabled',
      mappingConcurrencyMax: 10,
      rawSnapshotId: BigInt(bigId),
      rawRows: 100,
      rawCommittedAt: new Date(1_795_435_200_000),
      rawCollectedAt: clock,
      deadLettersOpen: 0,
      deadLettersCollectedAt: clock,
    })
    expect(await statusOf('payments')).toMatchObject({
      queueVisible: 0,
      queueOldestAgeSeconds: null,
      queueOldestCollectedAt: clock,
      mappingState: 'Disabled',
      rawRows: 0,
      rawSnapshotId: null,
    })
    expect((await readVersions(database.db, ['topics'])).topics).toBe(1)
  })

  it('a failed queue, metric service and table keep their last values and ages beside the error; the rest moves on', async () => {
    await takeSample(deps, never)
    const before = clock
    clock = new Date('2026-11-23T12:01:10.000Z')
    world.queues = {
      orders: Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }),
      payments: 4,
    }
    world.ages = Object.assign(new Error('down'), { name: 'InternalServiceFault' })
    world.tables = { ...world.tables, orders: 's3://lake/raw/orders/metadata/2.json' }
    world.objects['s3://lake/raw/orders/metadata/2.json'] = new Error('slow down')

    const report = await takeSample(deps, never)

    expect(report.failed).toEqual({ queues: 1, oldest: 1, mappings: 0, rawHeads: 1, deadLetters: 0 })
    expect(await statusOf('orders')).toMatchObject({
      queueVisible: 12,
      queueCollectedAt: before,
      queueError: { code: 'ThrottlingException', message: 'Rate exceeded', at: clock.toISOString() },
      mappingCollectedAt: clock,
      rawRows: 100,
      rawCollectedAt: before,
      rawError: { code: 'Error', message: 'slow down' },
      // Not forgotten as read: the next sample tries this file again.
      rawMetadataLocation: 's3://lake/raw/orders/metadata/1.json',
    })
    expect(await statusOf('payments')).toMatchObject({
      queueVisible: 4,
      queueCollectedAt: clock,
      queueOldestError: { code: 'InternalServiceFault' },
      queueOldestCollectedAt: before,
    })
  })

  it('what does not come in time is said and asked first the next time; what came is saved', async () => {
    await takeSample(deps, never)
    const before = clock
    clock = new Date('2026-11-23T12:01:10.000Z')
    const ended = new AbortController()
    world.onQueue = (topic) => {
      if (topic === 'orders') ended.abort()
    }
    const report = await takeSample(deps, ended.signal)
    const late = await statusOf('payments')
    const asked: string[] = []
    world.onQueue = (topic) => void asked.push(topic)
    await takeSample(deps, never)

    expect(report.failed).toMatchObject({ queues: 2, mappings: 3, rawHeads: 3, deadLetters: 0 })
    expect(late).toMatchObject({
      queueVisible: 0,
      queueCollectedAt: before,
      queueError: { code: 'NotInTime' },
      deadLettersCollectedAt: clock,
    })
    expect(asked).toEqual(['payments', 'gh-push', 'orders'])
    expect(await statusOf('payments')).toMatchObject({ queueError: null, mappingError: null, rawError: null })
  })

  it('an error goes away with the next good reading', async () => {
    world.mappings = new Error('nope')
    await takeSample(deps, never)
    const failed = await statusOf('orders')
    world.mappings = { orders: 'Enabled', payments: 'Enabled', 'gh-push': 'Enabled' }

    await takeSample(deps, never)

    expect(failed).toMatchObject({ mappingState: null, mappingError: { message: 'nope' } })
    expect(await statusOf('orders')).toMatchObject({ mappingState: 'Enabled', mappingError: null })
  })

  it('says which topic has no table and which no mapping', async () => {
    world.tables = { orders: 's3://lake/raw/orders/metadata/1.json' }
    world.mappings = { payments: 'Enabled' }

    await takeSample(deps, never)

    expect(await statusOf('payments')).toMatchObject({
      rawError: { code: 'TableMissing' },
      mappingError: null,
    })
    expect(await statusOf('orders')).toMatchObject({
      rawError: null,
      mappingError: { code: 'MappingMissing' },
    })
  })

  it('reads a metadata file once, until the table names another', async () => {
    await takeSample(deps, never)
    world.calls = []
    await takeSample(deps, never)
    const unmoved = world.calls.filter((c) => c === 'GetObjectCommand').length
    world.tables = { ...world.tables, gh_push: 's3://lake/g/2.json' }
    world.objects['s3://lake/g/2.json'] = metadataText('8', 9)
    clock = new Date(clock.getTime() + 5_000)

    await takeSample(deps, never)

    expect(unmoved).toBe(0)
    expect(await statusOf('gh-push')).toMatchObject({ rawRows: 9, rawSnapshotId: 8n, rawCollectedAt: clock })
    expect(await statusOf('orders')).toMatchObject({ rawRows: 100, rawCollectedAt: clock })
  })

  it('asks the metric service only for queues with messages, and not at all when all are empty', async () => {
    world.queues = { orders: 0, payments: 0, 'gh-push': 0 }

    await takeSample(deps, never)

    expect(world.calls).not.toContain('GetMetricDataCommand')
  })

  it('keeps a row per topic and minute: the last sample of a minute wins, a gap is a gap, a day is enough', async () => {
    await database.db
      .insert(topicSamples)
      .values({ topic: 'orders', minute: new Date('2026-11-22T11:59:00Z'), queueVisible: 1 })
    await takeSample(deps, never)
    clock = new Date('2026-11-23T12:00:50.000Z')
    world.queues.orders = 20
    await takeSample(deps, never)
    clock = new Date('2026-11-23T12:01:05.000Z')
    world.queues.orders = new Error('away')
    await takeSample(deps, never)

    const rows = await database.db
      .select()
      .from(topicSamples)
      .where(eq(topicSamples.topic, 'orders'))
      .orderBy(asc(topicSamples.minute))

    expect(rows.map((r) => [r.minute.toISOString(), r.queueVisible, r.rawRows])).toEqual([
      ['2026-11-23T12:00:00.000Z', 20, 100],
      ['2026-11-23T12:01:00.000Z', null, 100],
    ])
  })

  it('a sample that was overtaken by a newer one does not turn the clock back', async () => {
    await takeSample(deps, never)
    clock = new Date('2026-11-23T11:59:00.000Z')
    world.queues.orders = 99

    await takeSample(deps, never)

    expect(await statusOf('orders')).toMatchObject({ queueVisible: 12 })
  })

  it('takes 700 topics in one sample, each paged and counted', async () => {
    const many = Array.from({ length: 700 }, (_, i) => `topic-${String(i).padStart(3, '0')}`)
    deps = { ...deps, registry: registryOf(...many) }
    world.queues = Object.fromEntries(many.map((t) => [t, 1]))
    world.mappings = Object.fromEntries(many.map((t) => [t, 'Enabled']))
    world.tables = Object.fromEntries(many.map((t) => [t.replaceAll('-', '_'), 's3://lake/g/1.json']))
    await syncTopics(deps.db, deps.registry.topics, clock)

    await takeSample(deps, never)

    const { rows } = await database.db.execute(
      sql`SELECT count(*)::int AS n, sum(queue_visible)::int AS visible, sum(raw_rows)::int AS raw FROM topic_status`,
    )
    expect(rows).toEqual([{ n: 700, visible: 700, raw: 3_500 }])
    // Two requests of at most 500 metrics.
    expect(world.calls.filter((c) => c === 'GetMetricDataCommand')).toHaveLength(2)
  })
})
