import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SQSClient } from '@aws-sdk/client-sqs'
import { queueName } from '@lean-ops/common/topics/topic-names'
import pg from 'pg'
import { localClientOptions } from '../supervisor/local-client-options.ts'
import type { TestCloud } from '../testing/local-cloud.ts'
import { generateMessages, type TrafficShares } from '../traffic/generate-messages.ts'
import { parseShares } from '../traffic/parse-shares.ts'
import { type SentMessage, sendTraffic } from '../traffic/send-traffic.ts'
import { type RawRow, readRawRows } from './read-raw-rows.ts'

export type Scenario = {
  /** Sends messages of this run's own ids; resolves with the ground truth. */
  send(options: {
    topics: readonly [string, ...string[]]
    count: number
    shares?: Partial<TrafficShares>
  }): Promise<SentMessage[]>
  /** RAW rows of what was sent to the topic, once there are at least `atLeast` of them. */
  rowsOf(truth: readonly SentMessage[], topic: string, atLeast: number): Promise<RawRow[]>
  /** Dead letters of what was sent, once there are at least `atLeast` of them: code by message id. */
  deadLettersOf(truth: readonly SentMessage[], atLeast: number): Promise<Map<string, string>>
  /** Lets the emulator misbehave until `end` (or the next call). */
  faults(rules: Record<string, object | number>): void
  end(): Promise<void>
}

const waitMs = 120_000

/** Traffic into the tests' cloud and what came of it. Rows are told apart by this scenario's seed: the cloud is shared. */
export function createScenario(cloud: TestCloud, seed: number): Scenario {
  const sqs = new SQSClient(localClientOptions(cloud.endpoint))
  const pool = new pg.Pool({ connectionString: cloud.databaseUrl, max: 1 })
  const faultsFile = path.join(cloud.folder, 'faults.json')
  let sends = 0
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
        queueUrl: (topic) => `${cloud.endpoint}/000000000000/${queueName('local', topic)}`,
        rate: 0,
        now: Date.now,
        sleep: (ms) => sleep(ms),
        onSent: (batch) => {
          truth.push(...batch)
        },
      })
      return truth
    },
    async rowsOf(truth, topic, atLeast) {
      const ids = new Set(truth.filter((m) => m.topic === topic).map((m) => m.sqsMessageId))
      return waitFor(
        async () => (await readRawRows(cloud.endpoint, topic, '')).filter((r) => ids.has(r.sqs_message_id)),
        (rows) => rows.length >= atLeast,
      )
    },
    async deadLettersOf(truth, atLeast) {
      const ids = truth.map((m) => m.messageId)
      const rows = await waitFor(
        async () => {
          const found = await pool.query<{ message_id: string; code: string }>(
            'select message_id, code from dead_letters where message_id = any($1)',
            [ids],
          )
          return found.rows
        },
        (found) => found.length >= atLeast,
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

/** Polls until enough, then once more a moment later: what comes too much must be seen too. Gives up after two minutes with what there is. */
async function waitFor<T>(read: () => Promise<T>, isEnough: (value: T) => boolean): Promise<T> {
  const end = Date.now() + waitMs
  let value = await read()
  while (!isEnough(value) && Date.now() < end) {
    await sleep(1_000)
    value = await read()
  }
  await sleep(3_000)
  return read()
}
