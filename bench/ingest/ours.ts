import { readFile } from 'node:fs/promises'
import {
  type FaultMeasure,
  faultMix,
  faultSeed,
  type MemoryMeasure,
  type SpeedMeasure,
} from './measure-message.ts'
import type * as Entry from './ours-entry.ts'
import { createStandIns } from './stand-ins.ts'

/** Child process: `ours.ts <bundle> speed|faults|memory <messages file>`. Prints one line of JSON. */
const [bundle = '', mode = '', file = ''] = process.argv.slice(2)
const ours = (await import(bundle)) as typeof Entry

const eventSize = 500
const queueArn = 'arn:aws:sqs:us-east-1:000000000000:lean-ops-bench-orders-queue'
const registry = ours.createTopicRegistry({
  version: 1,
  stage: 'bench',
  topics: [
    {
      topic: 'orders',
      queueName: 'lean-ops-bench-orders-queue',
      tableName: 'orders',
      stream: 0,
      owner: 'bench',
      status: 'active',
      keyPath: ['orderId'],
    },
  ],
})
const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 60_000 }

type Message = { id: string; body: string }
const record = ({ id, body }: Message) => ({
  messageId: id,
  body,
  eventSourceARN: queueArn,
  attributes: { SentTimestamp: '1767323045000', ApproximateReceiveCount: '1' },
  messageAttributes: {},
})

function processorOn(standIns: ReturnType<typeof createStandIns>) {
  const nothing = (): void => undefined
  return ours.createSqsProcessor(
    {
      STAGE: 'bench',
      TOPICS_FILE: 'topics.json',
      LAMBDA_TASK_ROOT: '.',
      LINEAGE_SECRET_ARN: 'arn:secret',
      DLQ_URL: 'http://localhost/dlq',
      OUTCOMES_URL: 'http://localhost/outcomes',
      ARCHIVE_BUCKET: 'archive',
      RAW_STREAM_PREFIX: 'raw-',
      AWS_LAMBDA_FUNCTION_VERSION: '1',
    },
    {
      ...standIns.clients,
      registry,
      lineageSecret: 'the secret of the bench',
      // Only these members are called; the real ones would print a line per invocation into the measure.
      logger: { info: nothing, warn: nothing, error: nothing } as never,
      metrics: { addMetric: nothing, publishStoredMetrics: nothing } as never,
      now: Date.now,
      random: Math.random,
      sleep: async () => undefined,
    },
  )
}

async function readMessages(): Promise<Message[]> {
  const lines = (await readFile(file, 'utf8')).split('\n')
  return lines.map((line, n) => ({ id: `sqs-${n}`, body: JSON.parse(line) as string }))
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Event by event, as in production: what an invocation made is garbage before the next one. */
async function speed(): Promise<SpeedMeasure> {
  const messages = await readMessages()
  const standIns = createStandIns({ isKeeping: true })
  const run = processorOn(standIns)
  // A function lives for thousands of invocations: what its first ones pay for compilation is not its speed.
  const warmUp = processorOn(createStandIns({ isKeeping: false }))
  for (let i = 0; i < Math.min(5_000, messages.length); i += eventSize)
    await warmUp({ Records: messages.slice(i, i + eventSize).map(record) }, context)

  const measure: SpeedMeasure = {
    messages: messages.length,
    processorCpuSeconds: 0,
    transformCpuSeconds: 0,
    sinkCalls: 0,
    sinkBytes: 0,
    numberTextChanged: 0,
  }
  for (let i = 0; i < messages.length; i += eventSize) {
    const part = messages.slice(i, i + eventSize)
    const event = { Records: part.map(record) }
    const before = cpuSeconds()
    await run(event, context)
    measure.processorCpuSeconds += cpuSeconds() - before

    const records = standIns.taken.records.splice(0)
    const batches = transformBatches(records)
    const beforeTransform = cpuSeconds()
    for (const batch of batches) ours.routeRecords(batch, registry, 'raw')
    measure.transformCpuSeconds += cpuSeconds() - beforeTransform

    const kept = new Set(records.map((r) => JSON.parse(Buffer.from(r).toString()).json_payload))
    measure.numberTextChanged += part.filter((m) => !kept.has(m.body)).length
  }
  return { ...measure, sinkCalls: standIns.taken.calls, sinkBytes: standIns.taken.bytes }
}

/** Firehose hands the transform about 1 MB at a time, as base64; making that is Firehose's work. */
function transformBatches(records: readonly Uint8Array[]): { recordId: string; data: string }[][] {
  const batches: { recordId: string; data: string }[][] = [[]]
  let bytes = 0
  for (const [n, data] of records.entries()) {
    if (bytes + data.length > 1_048_576) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)?.push({ recordId: String(n), data: Buffer.from(data).toString('base64') })
    bytes += data.length
  }
  return batches
}

async function faults(): Promise<FaultMeasure> {
  const messages = await readMessages()
  const standIns = createStandIns({ isKeeping: true, mix: faultMix, seed: faultSeed })
  const run = processorOn(standIns)
  const stored = new Map<string, string[]>()
  const storedYetReported = new Set<string>()
  let movedByQueue = 0
  let queue = messages
  for (let receive = 1; queue.length > 0; receive += 1) {
    if (receive > faultMix.receivesMax) {
      movedByQueue = queue.length
      break
    }
    const again: Message[] = []
    for (let i = 0; i < queue.length; i += eventSize) {
      const part = queue.slice(i, i + eventSize)
      const first = standIns.taken.records.length
      const { batchItemFailures } = await run({ Records: part.map(record) }, context)
      const failed = new Set(batchItemFailures.map((f) => f.itemIdentifier))
      for (const r of standIns.taken.records.slice(first)) {
        const row = JSON.parse(Buffer.from(r).toString()) as { sqs_message_id: string; json_payload: string }
        stored.set(row.sqs_message_id, [...(stored.get(row.sqs_message_id) ?? []), row.json_payload])
        if (failed.has(row.sqs_message_id)) storedYetReported.add(row.sqs_message_id)
      }
      again.push(...part.filter((m) => failed.has(m.id)))
    }
    queue = again
  }
  const inQueue = new Set(queue.map((m) => m.id))
  const dead = new Set(standIns.taken.deadLetters)
  const isGood = (m: Message): boolean => m.body.endsWith('}')
  const isLost = (m: Message): boolean => !stored.has(m.id) && !dead.has(m.body) && !inQueue.has(m.id)
  return {
    good: messages.filter(isGood).length,
    malformed: messages.filter((m) => !isGood(m)).length,
    goodLost: messages.filter((m) => isGood(m) && isLost(m)).length,
    malformedLost: messages.filter((m) => !isGood(m) && isLost(m)).length,
    storedYetReported: storedYetReported.size,
    storedMoreThanOnce: [...stored.values()].filter((rows) => rows.length > 1).length,
    deadLettered: standIns.taken.deadLetters.length,
    movedByQueue,
    numberTextChanged: messages.filter((m) => stored.get(m.id)?.some((text) => text !== m.body)).length,
    sinkCalls: standIns.taken.calls,
  }
}

/** Events as large as Lambda allows (6 MB): 500 messages of 12 KB, each event made anew. */
async function memory(): Promise<MemoryMeasure> {
  for (const client of [ours.firehoseClient, ours.sqsClient, ours.s3Client, ours.secretsClient]) client()
  const standIns = createStandIns({ isKeeping: false })
  const run = processorOn(standIns)
  const filler = 'An order line with a "quoted" text in it. '.repeat(280)
  const invocations = 100
  for (let i = 0; i < invocations; i += 1) {
    const messages = Array.from({ length: eventSize }, (_, n) => ({
      id: `sqs-${i}-${n}`,
      body: JSON.stringify({ orderId: `order-${i}-${n}`, text: filler }),
    }))
    // As the runtime does it: the event arrives as one text.
    await run(JSON.parse(JSON.stringify({ Records: messages.map(record) })), context)
  }
  return { peakMegabytes: process.resourceUsage().maxRSS / 1024, invocations }
}

const modes: Record<string, () => Promise<object>> = { speed, faults, memory }
const measure = modes[mode]
if (!measure) throw new Error(`unknown mode "${mode}"`)
console.log(JSON.stringify(await measure()))
