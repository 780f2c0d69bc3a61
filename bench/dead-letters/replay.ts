import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningPostgres } from '@lean-ops/common/control-plane/testing/embedded-postgres'
import { inFlightMax } from '@lean-ops/pipeline/operations/replay-page'
import type { BenchCheck, BenchTable } from '../define-bench.ts'
import { lastJson, type Tool } from './replay-child.ts'
import { type Endpoint, type QueueTally, startEndpoint } from './replay-endpoint-client.ts'
import {
  leaseSeconds,
  type PreparedReplay,
  replayRate,
  type WorkerFigures,
  withReplay,
} from './replay-operation.ts'

export type ReplayResult = {
  tables: BenchTable[]
  checks: BenchCheck[]
  figures: Record<string, number | string | boolean | null>
}

type Request = {
  postgres: RunningPostgres
  /** A seeded database; it is copied, not changed. */
  template: string
  messages: number
  /** Messages of each run with faults and kills. */
  faultMessages: number
  /** How often our worker is killed. */
  kills: number
  /** After so long a message that a killed tool had received is visible again. */
  visibilitySeconds: number
  /** To be compared with. */
  tools: readonly Tool[]
  say: (line: string) => void
}

/** Ours and two other tools replay the same number of messages through the same endpoint in the same run. */
export async function measureReplay(request: Request): Promise<ReplayResult> {
  const endpoint = await startEndpoint()
  try {
    const ours = await measureOurs(request, endpoint)
    const bytes = ours.speed.bytesPerMessage
    const others = []
    for (const tool of request.tools) others.push(await measureTool(tool, request, endpoint, bytes))
    return report(request, ours, others)
  } finally {
    await endpoint.stop()
  }
}

type Fate = { lost: number; duplicated: number; left: number; note: string }
/** `endpointMicros`: CPU of the endpoint per message. */
type Measured = {
  name: string
  perSecond: number
  endpointMicros: number
  tally: QueueTally
  partial: Fate
  killed: Fate
}
type Ours = Measured & { speed: WorkerFigures & PreparedReplay }

async function measureOurs(request: Request, endpoint: Endpoint): Promise<Ours> {
  const { messages, faultMessages, say } = request
  const speed = await withReplay(request, endpoint, messages, async (replay) => {
    say(`ours: plan ${replay.planSeconds.toFixed(1)} s, confirm ${replay.confirmSeconds.toFixed(1)} s`)
    const cpu = await endpoint.cpuSeconds()
    const worker = lastJson<WorkerFigures>(await replay.work())
    const endpointMicros = (((await endpoint.cpuSeconds()) - cpu) / replay.messages) * 1e6
    say(`ours: ${replay.messages} messages in ${worker.seconds.toFixed(1)} s`)
    return { ...replay, ...worker, endpointMicros, tally: await endpoint.tally(...replay.queues) }
  })
  const partial = await withReplay(request, endpoint, faultMessages, async (replay) => {
    for (let life = 0; life < 10; life += 1) {
      lastJson(await replay.work({ isFlaky: true }))
      if ((await endpoint.tally(...replay.queues)).distinct === replay.messages) break
      await sleep(leaseMs)
    }
    return fateOf(await endpoint.tally(...replay.queues), replay.messages, 0, '')
  })
  const killed = await withReplay(request, endpoint, faultMessages, async (replay) => {
    let kills = 0
    while (kills < request.kills) {
      // Each time in the middle of the work: when another part of the messages has arrived.
      const from = ((kills + Math.random()) / (request.kills + 1)) * replay.messages
      const killWhen = async () => (await endpoint.tally(...replay.queues)).messages > from
      const life = await replay.work({ killWhen })
      if (!life.wasKilled) break
      kills += 1
      // The dead worker's lease runs out, as the ticker would wait.
      await sleep(leaseMs)
    }
    lastJson(await replay.work())
    return fateOf(await endpoint.tally(...replay.queues), replay.messages, 0, `${kills} kills`)
  })
  return {
    name: 'ours',
    perSecond: speed.messages / speed.seconds,
    endpointMicros: speed.endpointMicros,
    tally: speed.tally,
    partial,
    killed,
    speed,
  }
}

async function measureTool(
  tool: Tool,
  request: Request,
  endpoint: Endpoint,
  bytes: number,
): Promise<Measured> {
  const { messages, faultMessages, visibilitySeconds, say } = request
  const use = async <T>(count: number, work: () => Promise<T>): Promise<T> => {
    await endpoint.create(visibilitySeconds, source, target)
    await endpoint.fill(source, count, bytes)
    return work().finally(() => endpoint.delete(source, target))
  }
  const fate = async (count: number, note: string): Promise<Fate> =>
    fateOf(await endpoint.tally(target), count, (await endpoint.tally(source)).distinct, note)
  const speed = await use(messages, async () => {
    const cpu = await endpoint.cpuSeconds()
    const { seconds } = lastJson<{ seconds: number }>(await tool.run(endpoint.env(), source, target))
    const endpointMicros = (((await endpoint.cpuSeconds()) - cpu) / messages) * 1e6
    say(`${tool.name}: ${messages} messages in ${seconds.toFixed(1)} s`)
    return { perSecond: messages / seconds, seconds, endpointMicros, tally: await endpoint.tally(target) }
  })
  if (speed.tally.messages === 0) throw new Error(`${tool.name} moved nothing`)
  const partial = await use(faultMessages, async () => {
    const end = await tool.run(endpoint.env(true), source, target)
    return fate(faultMessages, `exit ${end.code}`)
  })
  const killed = await use(faultMessages, async () => {
    const whole = (speed.seconds / messages) * faultMessages * 1_000
    const end = await tool.run(
      endpoint.env(),
      source,
      target,
      1_000 + randomInt(200, Math.max(300, Math.round(whole / 2))),
    )
    await sleep(visibilitySeconds * 1_000 + 500)
    await tool.run(endpoint.env(), source, target)
    return fate(faultMessages, end.wasKilled ? '1 kill' : 'ended before the kill')
  })
  const { perSecond, endpointMicros, tally } = speed
  return { name: tool.name, perSecond, endpointMicros, tally, partial, killed }
}

/** A dead worker's lease runs out. */
const leaseMs = leaseSeconds * 1_000 + 100

const source = 'bench-dlq'
const target = 'bench-target'
const fateOf = (tally: QueueTally, count: number, left: number, note: string): Fate => ({
  lost: Math.max(0, count - tally.distinct - left),
  duplicated: tally.messages - tally.distinct,
  left,
  note,
})

function report(request: Request, ours: Ours, others: readonly Measured[]): ReplayResult {
  const all = [ours, ...others]
  const { speed } = ours
  const growth = speed.lateMegabytes / speed.earlyMegabytes
  const fastest = Math.max(...others.map((o) => o.perSecond))
  const kept = (t: QueueTally): string =>
    (['keptString', 'keptNumber', 'keptBinary'] as const)
      .map((k) => (t[k] === t.messages ? 'kept' : t[k] === 0 ? 'lost' : `${t[k]} of ${t.messages}`))
      .join(' / ')
  return {
    tables: [
      {
        title: `Replay of ${speed.messages} messages of ${speed.bytesPerMessage} bytes through one endpoint (faults: ${request.faultMessages} messages)`,
        columns: [
          'tool',
          'messages / s',
          'endpoint CPU, µs / message',
          'String / Number / Binary',
          'lost under 5 % refused entries',
          'kill -9 and rerun: lost / duplicated',
        ],
        rows: all.map((t) => [
          t.name,
          Math.round(t.perSecond),
          Math.round(t.endpointMicros),
          kept(t.tally),
          `${t.partial.lost}${t.partial.left > 0 ? ` (${t.partial.left} left behind)` : ''}`,
          `${t.killed.lost} / ${t.killed.duplicated} (${t.killed.note})`,
        ]),
      },
      {
        title: 'Our worker: every send is claimed, recorded per message and counted in PostgreSQL',
        columns: ['', 'value'],
        rows: [
          ['preview: exact count, groups, samples (s)', speed.planSeconds],
          ['confirm: items written (s)', speed.confirmSeconds],
          ['CPU seconds of the worker', speed.cpuSeconds],
          ['memory at start (MB)', speed.startMegabytes],
          ['memory at most (MB)', speed.peakMegabytes],
          [
            'memory early / late (MB)',
            `${speed.earlyMegabytes.toFixed(0)} / ${speed.lateMegabytes.toFixed(0)}`,
          ],
        ],
      },
    ],
    checks: [
      check(
        'replay: at least 2,000 messages per second',
        ours.perSecond >= 2_000,
        `${Math.round(ours.perSecond)}/s`,
      ),
      check(
        'replay: faster than the others in this run',
        ours.perSecond > fastest,
        `${(ours.perSecond / fastest).toFixed(2)} ×`,
      ),
      check('replay: worker memory flat', growth < 1.25, `${growth.toFixed(2)} × from early to late`),
      check('replay: every attribute kept', kept(ours.tally) === 'kept / kept / kept', kept(ours.tally)),
      check(
        'replay: exactly what the preview showed',
        ours.tally.messages === speed.messages,
        `${ours.tally.messages} of ${speed.messages}`,
      ),
      check(
        'replay: none lost under refused entries',
        ours.partial.lost === 0,
        `${ours.partial.lost} lost, ${ours.partial.duplicated} twice`,
      ),
      check(
        'replay: none lost under kill -9',
        ours.killed.lost === 0,
        `${ours.killed.lost} lost, ${ours.killed.duplicated} sent again with the same replay id, ${ours.killed.note}`,
      ),
      check(
        'replay: a kill costs at most the batches in flight',
        ours.killed.duplicated <= request.kills * inFlightMax(replayRate),
        `${(ours.killed.duplicated / request.kills).toFixed(0)} sent again per kill, at most ${inFlightMax(replayRate)}`,
      ),
    ],
    figures: {
      replayMessages: speed.messages,
      replayPerSecond: Math.round(ours.perSecond),
      replayCpuSeconds: speed.cpuSeconds,
      replayStartMegabytes: speed.startMegabytes,
      replayPeakMegabytes: speed.peakMegabytes,
      replayKilledDuplicated: ours.killed.duplicated,
      ...Object.fromEntries(
        others.flatMap((o) => [
          [`${o.name}: perSecond`, Math.round(o.perSecond)],
          [`${o.name}: lost under refused entries`, o.partial.lost],
        ]),
      ),
    },
  }
}

const check = (name: string, isKept: boolean, detail: string): BenchCheck => ({ name, isKept, detail })
