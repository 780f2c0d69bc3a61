import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { queueName } from '@lean-ops/common/topics/topic-names'
import pg from 'pg'
import { localClientOptions } from '../supervisor/local-client-options.ts'
import type { TestCloud } from '../testing/local-cloud.ts'
import { generateMessages, type TrafficShares } from '../traffic/generate-messages.ts'
import { parseShares } from '../traffic/parse-shares.ts'
import { type SentMessage, sendTraffic } from '../traffic/send-traffic.ts'
import type { RawRow, RowReader } from './start-row-reader.ts'

export type Scenario = {
  /** Sends messages of this run's own ids; resolves with the ground truth. */
  send(options: {
    topics: readonly [string, ...string[]]
    count: number
    shares?: Partial<TrafficShares>
  }): Promise<SentMessage[]>
  /** RAW rows of what was sent to the topic, once nothing is under way to any of the truth's tables any more. */
  rowsOf(truth: readonly SentMessage[], topic: string): Promise<RawRow[]>
  /** Dead letters of what was sent, once nothing is under way any more: code by message id. */
  deadLettersOf(truth: readonly SentMessage[]): Promise<Map<string, string>>
  /** Lets the emulator misbehave until `end` (or the next call). */
  faults(rules: Record<string, object | number>): void
  end(): Promise<void>
}

/** Queues that stand still for so long are not going to be emptied; what is then missing, the test says. */
const stuckMs = 120_000

/** Traffic into the tests' cloud and what came of it. Rows are told apart by this scenario's seed: the cloud is shared. */
export function createScenario(cloud: TestCloud, seed: number, reader: RowReader): Scenario {
  const sqs = new SQSClient(localClientOptions(cloud.endpoint))
  const pool = new pg.Pool({ connectionString: cloud.databaseUrl, max: 1 })
  const faultsFile = path.join(cloud.folder, 'faults.json')
  let sends = 0

  const queueUrl = (name: string): string => `${cloud.endpoint}/000000000000/${name}`
  /** Waiting, being processed or delayed, in all of the queues; the emulator's counts are exact. */
  const depthOf = async (names: readonly string[]): Promise<number> => {
    const counts = names.map(async (name) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl(name), AttributeNames: ['All'] }),
      )
      return (
        Number(Attributes.ApproximateNumberOfMessages) +
        Number(Attributes.ApproximateNumberOfMessagesNotVisible) +
        Number(Attributes.ApproximateNumberOfMessagesDelayed)
      )
    })
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
  }
  const drain = async (names: readonly string[]): Promise<void> => {
    let least = Number.POSITIVE_INFINITY
    for (let end = Date.now() + stuckMs; Date.now() < end; await sleep(200)) {
      const depth = await depthOf(names)
      if (depth === 0) return
      if (depth < least) end = Date.now() + stuckMs
      least = Math.min(least, depth)
    }
  }
  /** A message leaves its queue when it is with Firehose or a dead letter; with Firehose's buffers delivered, all of it is in RAW. */
  const settleRaw = async (truth: readonly SentMessage[]): Promise<void> => {
    await drain([...new Set(truth.map((m) => queueName('local', m.topic)))])
    await fetch(`${cloud.endpoint}/_emulator/flush`, { method: 'POST' })
  }

  return {
    async send({ topics, count, shares = {} }) {
      sends += 1
      const truth: SentMessage[] = []
      const startMs = Date.now()
      const messages = generateMessages({
        // Another seed per send, so that no two sends share ids.
        seed: seed + sends * 7_919,
        count,
        topics,
        shares: { ...parseShares('none'), ...shares },
        startMs,
      })
      await sendTraffic(messages, {
        sqs,
        queueUrl: (topic) => queueUrl(queueName('local', topic)),
        rate: 0,
        now: Date.now,
        sleep: (ms) => sleep(ms),
        onSent: (batch) => {
          truth.push(...batch)
        },
      })
      return truth
    },
    async rowsOf(truth, topic) {
      await settleRaw(truth)
      const ids = new Set(truth.filter((m) => m.topic === topic).map((m) => m.sqsMessageId))
      return (await reader.read(topic)).filter((row) => ids.has(row.sqs_message_id))
    },
    async deadLettersOf(truth) {
      await settleRaw(truth)
      await drain(['lean-ops-local-dlq', 'lean-ops-local-error-objects'])
      const { rows } = await pool.query<{ message_id: string; code: string }>(
        'select message_id, code from dead_letters where message_id = any($1)',
        [truth.map((m) => m.messageId)],
      )
      return new Map(rows.map((r) => [r.message_id, r.code]))
    },
    faults: (rules) => writeFileSync(faultsFile, JSON.stringify(rules)),
    async end() {
      rmSync(faultsFile, { force: true })
      sqs.destroy()
      await pool.end()
    },
  }
}
