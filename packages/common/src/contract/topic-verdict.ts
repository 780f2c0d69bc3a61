import { pausedParts } from './paused-parts.ts'
import type { TopicRow } from './topics.ts'

export const verdictStates = ['degraded', 'warning', 'paused', 'unknown', 'healthy'] as const
/** Worst first. Unknown is worse than healthy on purpose: green means known to be good. */
export type VerdictState = (typeof verdictStates)[number]

type VerdictFacts = { word: string; meaning: string }

/** The words of the verdicts, for console, alerts and docs. */
export const verdictFacts: Record<VerdictState, VerdictFacts> = {
  degraded: { word: 'Degraded', meaning: 'Messages do not get through, or wait longer than promised.' },
  warning: { word: 'Warning', meaning: 'Works, but something needs a look.' },
  paused: { word: 'Paused', meaning: 'Stands still: a person paused it, or its queue is not being read.' },
  unknown: { word: 'Unknown', meaning: 'Not measured, or measured too long ago to trust.' },
  healthy: { word: 'Healthy', meaning: 'Every criterion was measured recently and is good.' },
}

export type VerdictReason = {
  code:
    | 'paused_by_person'
    | 'queue_unread'
    | 'oldest_waiting'
    | 'dead_letters_open'
    | 'queue_not_sampled'
    | 'queue_sample_old'
    | 'raw_not_sampled'
    | 'raw_sample_old'
    | 'dead_letters_not_counted'
  state: Exclude<VerdictState, 'healthy'>
  /** A few words for a table cell. */
  brief: string
  /** One sentence for people. */
  sentence: string
}

export type TopicVerdict = { state: VerdictState; reasons: readonly VerdictReason[] }

/** Limits in seconds. A sampler pass is a minute: five missed ones are no accident. */
export const verdictLimits = {
  sampleOldSeconds: 300,
  oldestWarningSeconds: 300,
  oldestDegradedSeconds: 1_800,
} as const

function ageOf(sample: { collectedAt: string | null }, nowMs: number): number | undefined {
  return sample.collectedAt === null ? undefined : (nowMs - Date.parse(sample.collectedAt)) / 1000
}

function minutes(seconds: number): string {
  const whole = Math.floor(seconds / 60)
  if (whole < 60) return `${whole} m`
  const hours = Math.floor(whole / 60)
  return hours < 48 ? `${hours} h ${whole % 60} m` : `${Math.floor(hours / 24)} d`
}

/** One for all: `toLocaleString` makes its own at each call, which is felt at 700 topics. */
const exact = new Intl.NumberFormat('en-US')

const readingStates = new Set(['Enabled', 'Enabling', 'Updating', 'Creating'])

function reasonsOf(row: TopicRow, nowMs: number): VerdictReason[] {
  const reasons: VerdictReason[] = []
  const { queue, mapping, raw, deadLetters, pause } = row
  const parts = pausedParts(pause)
  if (parts)
    reasons.push({
      code: 'paused_by_person',
      state: 'paused',
      brief: parts === 'ingest and processing' ? 'ingest + processing' : `${parts} paused`,
      sentence: `${pause.by ?? 'Somebody'} paused its ${parts}${pause.reason ? `: ${pause.reason}` : '.'}`,
    })
  // What a pause of ingest means needs no second reason.
  if (mapping.state !== null && !readingStates.has(mapping.state) && !pause.ingest)
    reasons.push({
      code: 'queue_unread',
      state: 'paused',
      brief: 'queue not read',
      sentence: `Its queue is not being read: the event source mapping is ${mapping.state.toLowerCase()}.`,
    })
  if (queue.oldestSeconds !== null && queue.oldestSeconds >= verdictLimits.oldestWarningSeconds) {
    const isDegraded = queue.oldestSeconds >= verdictLimits.oldestDegradedSeconds
    reasons.push({
      code: 'oldest_waiting',
      state: isDegraded ? 'degraded' : 'warning',
      brief: `oldest ${minutes(queue.oldestSeconds)}`,
      sentence: `The oldest message has waited ${minutes(queue.oldestSeconds)} in the queue.`,
    })
  }
  if (deadLetters.open !== null && deadLetters.open > 0)
    reasons.push({
      code: 'dead_letters_open',
      state: 'warning',
      brief: `${exact.format(deadLetters.open)} dead ${deadLetters.open === 1 ? 'letter' : 'letters'}`,
      sentence: `${exact.format(deadLetters.open)} open dead ${deadLetters.open === 1 ? 'letter' : 'letters'}.`,
    })
  const queueAge = ageOf(queue, nowMs)
  if (queueAge === undefined)
    reasons.push({
      code: 'queue_not_sampled',
      state: 'unknown',
      brief: 'queue never read',
      sentence: 'Its queue depth was never read.',
    })
  else if (queueAge > verdictLimits.sampleOldSeconds)
    reasons.push({
      code: 'queue_sample_old',
      state: 'unknown',
      brief: `queue read ${minutes(queueAge)} ago`,
      sentence: `Its queue depth is ${minutes(queueAge)} old${queue.error ? `: ${queue.error.message}` : '.'}`,
    })
  const rawAge = ageOf(raw, nowMs)
  if (rawAge === undefined)
    reasons.push({
      code: 'raw_not_sampled',
      state: 'unknown',
      brief: 'RAW never read',
      sentence: 'Its RAW table was never read.',
    })
  else if (rawAge > verdictLimits.sampleOldSeconds)
    reasons.push({
      code: 'raw_sample_old',
      state: 'unknown',
      brief: `RAW read ${minutes(rawAge)} ago`,
      sentence: `Its RAW row count is ${minutes(rawAge)} old${raw.error ? `: ${raw.error.message}` : '.'}`,
    })
  if (deadLetters.open === null)
    reasons.push({
      code: 'dead_letters_not_counted',
      state: 'unknown',
      brief: 'letters not counted',
      sentence: 'Its dead letters were never counted.',
    })
  return reasons
}

/** The health of one topic from its row, as of `nowMs` (epoch milliseconds). Reasons are sorted worst first. */
export function topicVerdict(row: TopicRow, nowMs: number): TopicVerdict {
  // A queue that nobody reads grows old: that is what pausing means, not a second fault.
  const rank = (reason: VerdictReason) =>
    reason.state === 'paused' ? -1 : verdictStates.indexOf(reason.state)
  const reasons = reasonsOf(row, nowMs).sort((a, b) => rank(a) - rank(b))
  return { state: reasons[0]?.state ?? 'healthy', reasons }
}
