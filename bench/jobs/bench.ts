import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Bench, BenchCheck, BenchOptions, BenchTable } from '../define-bench.ts'
import { compileBenchContract } from './compile-bench-contract.ts'
import { type Load, published } from './published.ts'
import { type Measured, runMeasured } from './run-measured.ts'
import { writtenBytes } from './written-bytes.ts'

type Cost = { wallSeconds: number; cpuSeconds: number; peakMegabytes: number; bytes: number }
/** What verify.py prints per table. */
type Verified = { keys: number; lost: number; stale: number; doubled: number; bytes: number }
type Costs = Partial<Record<Load, Cost>>
type Size = {
  messages: number
  ours: Costs
  /** Empty without `--baseline`. */
  theirs: Costs
  verified: Record<string, Verified>
  /** The tenth more as compressed columns, as RAW has it; 0 when there was none. */
  incrementBytes: number
}

const loads = ['first', 'more'] as const satisfies readonly Load[]

export const bench: Bench = {
  title: 'Jobs: RAW → curated → semantic, cold processes, the same nested events of about 0.9 KB',
  async run(options) {
    // Each job is a cold process of its own: a minute has room for the first load alone.
    const sizes = options.isQuick ? [2_000] : [10_000, 100_000, 1_000_000]
    const wanted = options.isQuick ? loads.slice(0, 1) : loads
    const measured: Size[] = []
    for (const messages of sizes) measured.push(await measureSize(messages, wanted, options))
    return {
      tables: [costTable(measured), contentTable(measured)],
      checks: measured.flatMap((size) => checksOf(size)),
      figures: Object.fromEntries(measured.map((size) => [`n${size.messages}`, JSON.stringify(size)])),
    }
  },
}

async function measureSize(messages: number, wanted: readonly Load[], options: BenchOptions): Promise<Size> {
  const folder = path.join(options.workFolder, String(messages))
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'contract.json'), JSON.stringify(compileBenchContract()))
  const memory = messages > 100_000 ? '2g' : '1g'
  const { baseline } = options
  const ours: Costs = {}
  const theirs: Costs = {}
  const fileOf = (load: Load): string => path.join(folder, `${load === 'first' ? 0 : messages}.parquet`)
  await runMeasured('make_events.py', folder, 0, messages, 0)
  if (wanted.includes('more')) await runMeasured('make_events.py', folder, messages, messages / 10, messages)
  // The old jobs always read up to the newest snapshot: for them the second batch must come after their first run.
  const together = baseline === undefined ? wanted : wanted.slice(0, 1)
  const whose = baseline === undefined ? 'ours' : 'both'
  await runMeasured('prepare.py', folder, memory, whose, ...together.map(fileOf))
  for (const [batch, load] of wanted.entries()) {
    if (!together.includes(load)) await runMeasured('prepare.py', folder, memory, whose, fileOf(load))
    const own = await both('ours', folder, ['curated', 'semantic'], (layer) =>
      runMeasured('ours.py', folder, layer, memory, batch),
    )
    ours[load] = own
    options.say(`${messages}, ${load}: ours ${own.cpuSeconds.toFixed(0)} CPU s`)
    if (baseline === undefined) continue
    const old = await both('theirs', folder, ['standardized', 'curated'], (layer) =>
      runMeasured('theirs.py', baseline, folder, layer, memory),
    )
    theirs[load] = old
    options.say(`${messages}, ${load}: old ${old.cpuSeconds.toFixed(0)} CPU s`)
  }
  const { output } = await runMeasured('verify.py', folder)
  const verified = output as Record<string, Verified>
  const incrementBytes = ours.more ? (await stat(fileOf('more'))).size : 0
  return { messages, ours, theirs, verified, incrementBytes }
}

async function both(
  name: 'ours' | 'theirs',
  folder: string,
  layers: readonly string[],
  runJob: (layer: string) => Promise<Measured>,
): Promise<Cost> {
  const before = await writtenBytes(name, folder)
  let sum = { wallSeconds: 0, cpuSeconds: 0, peakMegabytes: 0 }
  for (const layer of layers) {
    const one = await runJob(layer)
    sum = {
      wallSeconds: sum.wallSeconds + one.wallSeconds,
      cpuSeconds: sum.cpuSeconds + one.cpuSeconds,
      peakMegabytes: Math.max(sum.peakMegabytes, one.peakMegabytes),
    }
  }
  return { ...sum, bytes: (await writtenBytes(name, folder)) - before }
}

/** What the issue asks of the two largest loads; of the small ones only that nothing is lost. */
function checksOf(size: Size): BenchCheck[] {
  const name = size.messages.toLocaleString('en-GB')
  const checks = (['oursCurated', 'oursSemantic'] as const).map((table): BenchCheck => {
    const { lost, stale, doubled } = size.verified[table] ?? { lost: Number.NaN, stale: 0, doubled: 0 }
    const detail = `${lost} lost, ${stale} stale, ${doubled} doubled`
    return {
      name: `${name}: every key once, with its newest message, in ${table}`,
      isKept: lost + stale + doubled === 0,
      detail,
    }
  })
  if (size.messages < 1_000_000) return checks
  for (const [load, part, said] of [
    ['first', 4, 'a quarter'],
    ['more', 3, 'a third'],
  ] as const) {
    const [ours, theirs] = [size.ours[load], oldOf(size, load)]
    if (!ours || !theirs) continue
    const share = ours.cpuSeconds / theirs.cpuSeconds
    checks.push({
      name: `${name}, ${load}: at most ${said} of the old CPU seconds`,
      isKept: share <= 1 / part,
      detail: `${ours.cpuSeconds.toFixed(0)} of ${theirs.cpuSeconds.toFixed(0)} = ${share.toFixed(2)}`,
    })
    checks.push({
      name: `${name}, ${load}: no more memory`,
      isKept: ours.peakMegabytes <= theirs.peakMegabytes,
      detail: `${ours.peakMegabytes.toFixed(0)} MB, old ${theirs.peakMegabytes.toFixed(0)} MB`,
    })
  }
  const written = size.ours.more?.bytes
  if (written === undefined) return checks
  const ratio = written / size.incrementBytes
  checks.push({
    name: `${name}, more: bytes written ≤ 3 × the increment`,
    isKept: ratio <= 3,
    detail: `${ratio.toFixed(2)} ×`,
  })
  return checks
}

const oldOf = (size: Size, load: Load): { cpuSeconds: number; peakMegabytes: number } | undefined =>
  size.theirs[load] ?? published[size.messages]?.[load]

function costTable(sizes: readonly Size[]): BenchTable {
  const rows = sizes.flatMap((size) =>
    loads.flatMap((load): (string | number)[][] => {
      const [ours, old] = [size.ours[load], oldOf(size, load)]
      if (!ours) return []
      return [
        [
          `${size.messages.toLocaleString('en-GB')} ${load === 'first' ? 'first load' : '+ a tenth'}`,
          old?.cpuSeconds ?? '–',
          ours.cpuSeconds,
          old ? `${(ours.cpuSeconds / old.cpuSeconds).toFixed(2)} ×` : '–',
          old?.peakMegabytes ?? '–',
          ours.peakMegabytes,
          ours.wallSeconds,
          Math.round(ours.bytes / 1000),
        ],
      ]
    }),
  )
  const source = sizes.some((size) => size.theirs.first) ? 'old: measured here' : 'old: as published'
  return {
    title: `CPU seconds of both jobs, process trees (${source})`,
    columns: [
      '',
      'old CPU s',
      'ours CPU s',
      'ours / old',
      'old MB',
      'ours MB',
      'ours wall s',
      'ours kB written',
    ],
    rows,
  }
}

function contentTable(sizes: readonly Size[]): BenchTable {
  return {
    title: 'Keys in the final tables after both loads',
    columns: ['', 'keys', 'lost', 'not the newest', 'doubled'],
    rows: sizes.flatMap((size) =>
      Object.entries(size.verified).map(([table, v]) => [
        `${size.messages} ${table}`,
        v.keys,
        v.lost,
        v.stale,
        v.doubled,
      ]),
    ),
  }
}
