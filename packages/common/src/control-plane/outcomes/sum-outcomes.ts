import type { OutcomeMessage } from '../../messages/outcome-message.ts'

type TopicOutcome = OutcomeMessage & { topic: string }

/** Row of `topic_rates`, in its column names. */
export type RateRow = {
  topic: string
  minute: string
  latency_counts: number[]
} & Record<string, number | string | number[]>

/** Row of `topic_rate_failures`. */
export type FailureRow = {
  topic: string
  minute: string
  code: string
  action: string
  class: string
  failures: number
  failures_replayed: number
}

/** Outcomes → one row per topic and minute, one per failure code in it, and the newest outcome of each topic. Pure. */
export function sumOutcomes(outcomes: readonly OutcomeMessage[]): {
  rates: RateRow[]
  failures: FailureRow[]
  newest: { topic: string; at: string }[]
} {
  const known = outcomes.filter((o): o is TopicOutcome => o.topic !== null)
  const byMinute = [...Map.groupBy(known, (o) => `${o.topic}\n${minuteOf(o)}`).values()]
  const byTopic = [...Map.groupBy(known, (o) => o.topic)]
  return {
    rates: byMinute.flatMap(sumRates),
    failures: byMinute.flatMap(sumFailures),
    newest: byTopic.map(([topic, of]) => ({
      topic,
      at: of.map((o) => o.startedAt).reduce((a, b) => (Date.parse(a) > Date.parse(b) ? a : b)),
    })),
  }
}

const minuteOf = ({ startedAt }: OutcomeMessage): string =>
  new Date(Math.floor(Date.parse(startedAt) / 60_000) * 60_000).toISOString()

function sumRates(outcomes: readonly TopicOutcome[]): RateRow[] {
  const [first] = outcomes
  if (first === undefined) return []
  const sum = (value: (o: OutcomeMessage) => number) => outcomes.reduce((total, o) => total + value(o), 0)
  return [
    {
      topic: first.topic,
      minute: minuteOf(first),
      attempts: sum((o) => o.attempts.fresh),
      attempts_replayed: sum((o) => o.attempts.replayed),
      accepted: sum((o) => o.accepted.fresh),
      accepted_replayed: sum((o) => o.accepted.replayed),
      dead_lettered: sum((o) => o.deadLettered.fresh),
      dead_lettered_replayed: sum((o) => o.deadLettered.replayed),
      failed: sum((o) => o.failed.fresh),
      failed_replayed: sum((o) => o.failed.replayed),
      sink_calls: sum((o) => o.sink.calls),
      sink_failed_calls: sum((o) => o.sink.failedCalls),
      sink_refused_entries: sum((o) => o.sink.refusedEntries),
      sink_retried_entries: sum((o) => o.sink.retriedEntries),
      bytes_received: sum((o) => o.bytes.received),
      bytes_sent: sum((o) => o.bytes.sent),
      latency_counts: first.latencyCounts.map((_, n) => sum((o) => o.latencyCounts[n] ?? 0)),
    },
  ]
}

function sumFailures(outcomes: readonly TopicOutcome[]): FailureRow[] {
  const rows = new Map<string, FailureRow>()
  for (const outcome of outcomes)
    for (const failure of outcome.failures) {
      const key = `${failure.code}\n${failure.action}`
      const known = rows.get(key)
      rows.set(key, {
        topic: outcome.topic,
        minute: minuteOf(outcome),
        code: failure.code,
        action: failure.action,
        class: failure.class,
        failures: (known?.failures ?? 0) + failure.fresh,
        failures_replayed: (known?.failures_replayed ?? 0) + failure.replayed,
      })
    }
  return [...rows.values()]
}
