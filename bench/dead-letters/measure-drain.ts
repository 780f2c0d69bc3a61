import type { RunningPostgres } from '@lean-ops/common/control-plane/testing/embedded-postgres'
import { encodeLineage } from '@lean-ops/common/messages/lineage'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { type DrainDeps, drainDeadLetters } from '@lean-ops/pipeline/dead-letters/drain-dead-letters'
import type { DrainedRecord } from '@lean-ops/pipeline/dead-letters/read-drained-message'
import { openControlPlane } from './open-control-plane.ts'

export type DrainMeasure = {
  messages: number
  seconds: number
  perSecond: number
  perCpuSecond: number
  lost: number
}

const batchSize = 500
const parallel = 2
const secret = 'bench'
const topics = Array.from({ length: 50 }, (_, n) => `topic-${n}`)

/** The drain itself, without queue and S3: parse, archive text, fingerprint, transaction. Two at a time, as Lambda runs them. */
export async function measureDrain(
  postgres: RunningPostgres,
  messages: number,
  say: (line: string) => void,
): Promise<DrainMeasure> {
  const index = await openControlPlane(postgres, 'drained', undefined, say)
  try {
    await index.pool.query(
      'TRUNCATE dead_letters, error_groups, error_counts, error_hours, dead_letter_counts CASCADE',
    )
    const deps = drainDeps(index.db)
    const batches = Array.from({ length: Math.ceil(messages / batchSize) }, (_, n) => n)
    const started = performance.now()
    const cpu = process.cpuUsage()
    const staying: string[] = []
    await Promise.all(
      Array.from({ length: parallel }, async () => {
        for (let n = batches.shift(); n !== undefined; n = batches.shift())
          staying.push(...(await drainDeadLetters(batchOf(n), deps)))
      }),
    )
    const seconds = (performance.now() - started) / 1_000
    const { user, system } = process.cpuUsage(cpu)
    const { rows } = await index.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM dead_letters')
    const count = Math.ceil(messages / batchSize) * batchSize
    say(`drained ${count} in ${seconds.toFixed(1)} s`)
    return {
      messages: count,
      seconds,
      perSecond: count / seconds,
      perCpuSecond: count / ((user + system) / 1e6),
      lost: count - (rows[0]?.n ?? 0) + staying.length,
    }
  } finally {
    await index.close()
  }
}

function drainDeps(db: DrainDeps['db']): DrainDeps {
  const registry = createTopicRegistry({
    version: 1,
    stage: 'bench',
    topics: topics.map((topic) => ({
      topic,
      queueName: `${topic}-queue`,
      tableName: topic.replaceAll('-', '_'),
      stream: 0,
      owner: 'bench',
      status: 'active',
      keyPath: ['orderId'],
    })),
  })
  return {
    db,
    registry,
    lineageSecret: secret,
    // Safe: the drain only puts objects here, and looks at nothing that comes back.
    s3: { send: async () => ({}) } as unknown as DrainDeps['s3'],
    bucket: 'archive',
    readArchive: async () => undefined,
    logger: { info: () => undefined, error: (...line: unknown[]) => console.error(...line) },
    now: Date.now,
    remainingMs: () => 60_000,
  }
}

const codes = ['MALFORMED_JSON', 'NOT_AN_OBJECT', 'MALFORMED_PAYLOAD', 'TOO_LARGE']
const filler = 'x'.repeat(900)

function batchOf(batch: number): DrainedRecord[] {
  const at = Date.now()
  return Array.from({ length: batchSize }, (_, i) => {
    const n = batch * batchSize + i
    const topic = topics[n % topics.length] ?? ''
    const originArn = `arn:aws:sqs:us-east-1:000000000000:${topic}-queue`
    const lineage = encodeLineage(
      {
        messageId: `m-${n}`,
        publishTime: '2026-11-23T04:00:00.000000Z',
        firstReceived: '2026-11-23T04:00:01.000Z',
        editRevision: 0,
        attempt: 0,
        originArn,
        lastFailure: {
          stage: 'ingest',
          code: codes[n % codes.length] ?? '',
          message: `not valid JSON at character ${n % 900}`,
        },
      },
      secret,
    )
    return {
      messageId: `sqs-${n}`,
      body: `{"orderId":"o-${n}","note":"${n * 7919}${filler}"}`,
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:dlq',
      attributes: { SentTimestamp: String(at) },
      messageAttributes: {
        kind: { dataType: 'String', stringValue: 'order' },
        'lean-ops': { dataType: 'String', stringValue: lineage },
      },
    }
  })
}
