import { createWriteStream, mkdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { SQSClient } from '@aws-sdk/client-sqs'
import { AppError } from '@lean-ops/common/errors/app-error'
import { loadContracts } from '@lean-ops/common/odcs/load-contracts'
import { queueName } from '@lean-ops/common/topics/topic-names'
import { localClientOptions } from '../supervisor/local-client-options.ts'
import { localPaths, rootDir } from '../supervisor/local-paths.ts'
import { readRunFile } from '../supervisor/run-file.ts'
import { composers } from '../traffic/compose-payload.ts'
import { generateMessages, trafficKinds } from '../traffic/generate-messages.ts'
import { webhooksByTopic } from '../traffic/github-webhooks.ts'
import { parseShares } from '../traffic/parse-shares.ts'
import { type SentMessage, sendTraffic } from '../traffic/send-traffic.ts'

const usage = `npm run traffic -- [options]      sends sample messages to the running local cloud

  --count N        how many messages (1000; 0 = until Ctrl-C)
  --rate N         messages per second (100; 0 = as fast as it goes)
  --topics a,b     to which topics (all that have samples)
  --faults SPEC    default | none | shares such as malformed=0.2,duplicate=0.05
                   of: ${trafficKinds.join(', ')}
  --seed N         the same seed sends the same messages (a new one each time)
  --help           this text

What was sent, with where each message must end, is written to .local/traffic/<time>-<seed>.ndjson.`

const account = '000000000000'

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '1000' },
      rate: { type: 'string', default: '100' },
      topics: { type: 'string' },
      faults: { type: 'string', default: 'default' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(usage)
  const paths = localPaths()
  const run = readRunFile(paths.runFile)
  const endpoint = run?.urls.aws
  if (!run || !endpoint)
    throw new AppError('UNAVAILABLE', 'the local cloud is not running: start it with `npm start`')

  const contracts = await loadContracts(path.resolve(rootDir, run.contractsDir))
  const topics = chooseTopics(
    values.topics,
    contracts.map((c) => c.name),
  )
  const count = wholeNumber('--count', values.count)
  const seed = wholeNumber('--seed', values.seed)
  const folder = path.join(paths.base, 'traffic')
  mkdirSync(folder, { recursive: true })
  const startMs = Date.now()
  const file = path.join(folder, `${new Date(startMs).toISOString().replaceAll(':', '')}-${seed}.ndjson`)
  const truth = createWriteStream(file)
  const counts = new Map<string, number>()
  let sent = 0

  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  const messages = generateMessages({
    seed,
    count: count === 0 ? Number.MAX_SAFE_INTEGER : count,
    topics,
    shares: parseShares(values.faults),
    startMs,
  })
  await sendTraffic(untilStopped(messages, stop.signal), {
    sqs: new SQSClient(localClientOptions(endpoint)),
    queueUrl: (topic) => `${endpoint}/${account}/${queueName('local', topic)}`,
    rate: wholeNumber('--rate', values.rate),
    now: Date.now,
    sleep: (ms) => sleep(ms),
    onSent: (batch) => {
      truth.write(batch.map((m) => `${JSON.stringify(m)}\n`).join(''))
      for (const m of batch) note(counts, m)
      sent += batch.length
      progress(sent, count, startMs)
    },
  })
  await new Promise<void>((resolve) => truth.end(resolve))
  if (process.stdout.isTTY) process.stdout.write('\n')
  console.log(
    `${sent} messages sent to ${topics.length} topics in ${((Date.now() - startMs) / 1000).toFixed(1)} s`,
  )
  for (const [end, n] of [...counts].sort()) console.log(`  ${String(n).padStart(8)}  ${end}`)
  console.log(`ground truth: ${path.relative(process.cwd(), file)} (seed ${seed})`)
}

function chooseTopics(given: string | undefined, known: readonly string[]): [string, ...string[]] {
  const withSamples = known.filter((t) => composers[t] !== undefined || webhooksByTopic.has(t))
  const chosen = given === undefined ? withSamples : given.split(',').map((t) => t.trim())
  const unknown = chosen.filter((t) => !withSamples.includes(t))
  const [first, ...rest] = chosen
  if (unknown.length > 0 || first === undefined)
    throw new AppError(
      'INVALID_INPUT',
      `no samples for topic ${unknown.join(', ')}: there are ${withSamples.join(', ')}`,
    )
  return [first, ...rest]
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new AppError('INVALID_INPUT', `${option}: "${text}" is not a whole number`)
  return value
}

function* untilStopped<T>(items: Iterable<T>, signal: AbortSignal): Generator<T> {
  for (const item of items) {
    if (signal.aborted) return
    yield item
  }
}

function note(counts: Map<string, number>, { expected: { ingest, semantic } }: SentMessage): void {
  const end =
    ingest.end === 'dead-letter'
      ? `must be dead-lettered at ingestion: ${ingest.code}`
      : semantic === null || semantic === 'passes'
        ? `must reach RAW${semantic === null ? ' (draft topic)' : ' and pass its contract'}`
        : `must reach RAW and be rejected: ${semantic}`
  counts.set(end, (counts.get(end) ?? 0) + 1)
}

function progress(sent: number, count: number, startMs: number): void {
  if (!process.stdout.isTTY) return
  const perSecond = Math.round(sent / Math.max(0.001, (Date.now() - startMs) / 1000))
  process.stdout.write(`\r${sent}${count === 0 ? '' : ` of ${count}`} sent, ${perSecond}/s   `)
}

try {
  await main()
} catch (error) {
  console.error(error instanceof AppError ? error.message : error)
  process.exitCode = 1
}
