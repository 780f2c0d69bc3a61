import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Bench, BenchCheck, BenchOptions, BenchTable } from '../define-bench.ts'
import { median } from '../median.ts'
import { bundleOurs } from './bundle-ours.ts'
import type { FaultMeasure, MemoryMeasure, SpeedMeasure } from './measure-message.ts'
import { type MessageFile, writeMessages } from './write-messages.ts'

const run = promisify(execFile)
const here = import.meta.dirname

type Child<M> = (mode: string, file: string) => Promise<M>

export const bench: Bench = {
  title: 'Ingestion: queue event → Firehose record → RAW route, against the same stand-in sink',
  async run(options) {
    const count = options.isQuick ? 10_000 : 100_000
    const runs = options.isQuick ? 1 : 3
    const work = (name: string): string => path.join(options.workFolder, name)

    const bundle = work('ours.mjs')
    await bundleOurs('bench/ingest/ours-entry.ts', bundle, true)
    const handlerBytes = await bundleOurs(
      'packages/pipeline/src/handlers/sqs-processor.ts',
      work('sqs-processor.mjs'),
      true,
    )
    const plain = await writeMessages(work('messages.ndjson'), count, { isFaulty: false })
    const faulty = await writeMessages(work('faulty.ndjson'), count, { isFaulty: true })
    options.say(`${count} messages, ${megabytes(plain.bytes)} MB of bodies, ${runs} run(s) each`)

    const ours: Child<object> = (mode, file) =>
      child(process.execPath, [path.join(here, 'ours.ts'), bundle, mode, file])
    const { baseline } = options
    const theirs: Child<object> | undefined =
      baseline === undefined
        ? undefined
        : (mode, file) => child('python3', [path.join(here, 'theirs.py'), baseline, mode, file])

    const speed = await measureSpeed(ours, 'ours', plain, runs, options)
    const theirSpeed = theirs && (await measureSpeed(theirs, 'theirs', plain, runs, options))
    options.say('fault mix: 5 % refused entries, 2 % failed calls, 1 % malformed, 3 receives')
    const faults = (await ours('faults', faulty.file)) as FaultMeasure
    const theirFaults = theirs && ((await theirs('faults', faulty.file)) as FaultMeasure)
    const memory = (await child(process.execPath, [
      ...lambdaHeapFlags(256),
      path.join(here, 'ours.ts'),
      bundle,
      'memory',
    ])) as MemoryMeasure

    const sinkRatio = speed.sinkBytes / (theirSpeed?.sinkBytes ?? Number.NaN)
    const callsPer100k = (speed.sinkCalls / count) * 100_000
    // A factor is one of two runs on the same machine: without `--baseline` there is none.
    const factor = theirSpeed ? speed.perCpuSecond / theirSpeed.perCpuSecond : undefined
    const checks: BenchCheck[] = [
      kept('at most 250 sink calls per 100,000', callsPer100k <= 250, callsPer100k.toFixed(0)),
      kept(
        'peak memory at batch 500 ≤ 256 MB',
        memory.peakMegabytes <= 256,
        `${memory.peakMegabytes.toFixed(0)} MB`,
      ),
      kept('bundle ≤ 1 MB', handlerBytes <= 1_000_000, `${(handlerBytes / 1000).toFixed(0)} kB`),
      kept(
        'under faults nothing is lost',
        faults.goodLost + faults.malformedLost === 0,
        `${faults.goodLost + faults.malformedLost} lost`,
      ),
      kept(
        'under faults nothing is wrongly reported',
        faults.storedYetReported === 0,
        `${faults.storedYetReported} reported`,
      ),
      kept(
        'every number keeps its text',
        speed.numberTextChanged + faults.numberTextChanged === 0,
        `${speed.numberTextChanged} changed`,
      ),
    ]
    if (factor === undefined)
      options.say('beside the old system: not measured, its checkout is given by --baseline DIR')
    else
      checks.push(
        kept('at least 2 × their messages per CPU second', factor >= 2, `${factor.toFixed(1)} ×`),
        kept('bytes into the sink ≤ 1.2 × theirs', sinkRatio <= 1.2, `${sinkRatio.toFixed(2)} ×`),
      )
    return {
      tables: [speedTable(plain, speed, theirSpeed), faultTable(faults, theirFaults)],
      checks,
      figures: {
        messages: count,
        bodyBytes: plain.bytes,
        messagesPerCpuSecond: Math.round(speed.perCpuSecond),
        processorMessagesPerCpuSecond: Math.round(speed.processorPerCpuSecond),
        transformMessagesPerCpuSecond: Math.round(speed.transformPerCpuSecond),
        theirMessagesPerCpuSecond: theirSpeed ? Math.round(theirSpeed.perCpuSecond) : null,
        factor: factor ?? null,
        sinkCallsPer100k: callsPer100k,
        sinkBytes: speed.sinkBytes,
        theirSinkBytes: theirSpeed?.sinkBytes ?? null,
        peakMegabytes: memory.peakMegabytes,
        bundleBytes: handlerBytes,
        goodLost: faults.goodLost,
        malformedLost: faults.malformedLost,
        theirGoodLost: theirFaults?.goodLost ?? null,
        theirMalformedLost: theirFaults?.malformedLost ?? null,
      },
    }
  },
}

type Speed = {
  perCpuSecond: number
  processorPerCpuSecond: number
  transformPerCpuSecond: number
  sinkCalls: number
  sinkBytes: number
  numberTextChanged: number
}

async function measureSpeed(
  measure: Child<object>,
  name: string,
  messages: MessageFile,
  runs: number,
  options: BenchOptions,
): Promise<Speed> {
  const all: SpeedMeasure[] = []
  for (let i = 0; i < runs; i += 1) {
    const one = (await measure('speed', messages.file)) as SpeedMeasure
    all.push(one)
    const seconds = one.processorCpuSeconds + one.transformCpuSeconds
    options.say(`${name}, run ${i + 1}: ${Math.round(one.messages / seconds)} messages per CPU second`)
  }
  const [first] = all
  if (!first) throw new Error('no run')
  const rate = (secondsOf: (m: SpeedMeasure) => number): number =>
    median(all.map((m) => m.messages / secondsOf(m)))
  return {
    perCpuSecond: rate((m) => m.processorCpuSeconds + m.transformCpuSeconds),
    processorPerCpuSecond: rate((m) => m.processorCpuSeconds),
    transformPerCpuSecond: rate((m) => m.transformCpuSeconds),
    sinkCalls: first.sinkCalls,
    sinkBytes: first.sinkBytes,
    numberTextChanged: first.numberTextChanged,
  }
}

function speedTable(messages: MessageFile, ours: Speed, theirs: Speed | undefined): BenchTable {
  const row = (name: string, of: (s: Speed) => number): (string | number)[] => [
    name,
    theirs ? Math.round(of(theirs)) : '–',
    Math.round(of(ours)),
    theirs ? `${(of(ours) / of(theirs)).toFixed(2)} ×` : '–',
  ]
  return {
    title: `Speed and volume: ${messages.count} messages, ${megabytes(messages.bytes)} MB of bodies`,
    columns: ['', 'old', 'ours', 'ours / old'],
    rows: [
      row('messages per CPU second, both handlers', (s) => s.perCpuSecond),
      row('  processor alone', (s) => s.processorPerCpuSecond),
      row('  transform alone', (s) => s.transformPerCpuSecond),
      row('sink calls', (s) => s.sinkCalls),
      row('bytes into the sink', (s) => s.sinkBytes),
      row('messages whose numbers changed', (s) => s.numberTextChanged),
    ],
  }
}

function faultTable(ours: FaultMeasure, theirs: FaultMeasure | undefined): BenchTable {
  const row = (name: string, of: (m: FaultMeasure) => number): (string | number)[] => [
    name,
    theirs ? of(theirs) : '–',
    of(ours),
  ]
  return {
    title: `Under faults: ${ours.good} good and ${ours.malformed} malformed messages`,
    columns: ['', 'old', 'ours'],
    rows: [
      row('good messages lost', (m) => m.goodLost),
      row('malformed messages lost', (m) => m.malformedLost),
      row('stored, yet reported failed', (m) => m.storedYetReported),
      row('stored more than once', (m) => m.storedMoreThanOnce),
      row('dead-lettered with their reason', (m) => m.deadLettered),
      row('moved by the queue after 3 receives', (m) => m.movedByQueue),
      row('sink calls', (m) => m.sinkCalls),
    ],
  }
}

/** Lambda's Node runtime sizes the heap by the function's memory; without that, V8 takes what the machine offers. */
const lambdaHeapFlags = (megabytesOfFunction: number): string[] => [
  `--max-semi-space-size=${Math.floor(megabytesOfFunction * 0.05)}`,
  `--max-old-space-size=${Math.floor(megabytesOfFunction * 0.9)}`,
]

const kept = (name: string, isKept: boolean, detail: string): BenchCheck => ({ name, isKept, detail })

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)

async function child(command: string, args: string[]): Promise<object> {
  const { stdout } = await run(command, args, { maxBuffer: 1 << 26 })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as object
}
