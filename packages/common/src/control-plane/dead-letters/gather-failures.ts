import type { DescribedFailure } from './describe-failure.ts'

/** All new events of one message in a batch; `head` is the newest by (attempt, time, event id), as in the table. */
export type GatheredLetter = {
  head: DescribedFailure
  failures: number
  attempt: number
  firstFailedAt: Date
  lastFailedAt: Date
}

export type GatheredGroup = {
  sample: DescribedFailure
  failures: number
  firstSeenAt: Date
  lastSeenAt: Date
}

export type GatheredCount = {
  fingerprint: string
  minute: Date
  topic: string
  stage: string
  code: string
  failures: number
}

/** Events of a batch → one change per row of each table, every list in key order so that two writers never wait in a circle. */
export function gatherFailures(events: readonly DescribedFailure[]): {
  letters: GatheredLetter[]
  groups: GatheredGroup[]
  counts: GatheredCount[]
} {
  return { letters: gatherLetters(events), groups: gatherGroups(events), counts: gatherCounts(events) }
}

function gatherLetters(events: readonly DescribedFailure[]): GatheredLetter[] {
  const byId = Map.groupBy(events, (e) => e.id)
  return sorted([...byId.values()], ([e]) => e?.id ?? '').map((of) => ({
    head: of.reduce(newer),
    failures: of.length,
    attempt: Math.max(...of.map((e) => e.report.attempt)),
    firstFailedAt: earliest(of),
    lastFailedAt: latest(of),
  }))
}

function gatherGroups(events: readonly DescribedFailure[]): GatheredGroup[] {
  const byFingerprint = Map.groupBy(events, (e) => e.fingerprint)
  return sorted([...byFingerprint.values()], ([e]) => e?.fingerprint ?? '').map((of) => ({
    sample: of.reduce(later),
    failures: of.length,
    firstSeenAt: earliest(of),
    lastSeenAt: latest(of),
  }))
}

function gatherCounts(events: readonly DescribedFailure[]): GatheredCount[] {
  const byKey = Map.groupBy(events, ({ fingerprint, report }) =>
    [fingerprint, minuteOf(report.occurredAt), report.topic, report.stage].join('\n'),
  )
  return sorted([...byKey], ([key]) => key).flatMap(([, of]) => {
    const [first] = of
    if (first === undefined) return []
    const { topic, stage, code, occurredAt } = first.report
    const minute = new Date(minuteOf(occurredAt))
    return [{ fingerprint: first.fingerprint, minute, topic, stage, code, failures: of.length }]
  })
}

/** The order that decides which failure a row shows. */
function newer(a: DescribedFailure, b: DescribedFailure): DescribedFailure {
  if (a.report.attempt !== b.report.attempt) return a.report.attempt > b.report.attempt ? a : b
  const [atA, atB] = [a.report.occurredAt.getTime(), b.report.occurredAt.getTime()]
  if (atA !== atB) return atA > atB ? a : b
  return a.eventId > b.eventId ? a : b
}

function later(a: DescribedFailure, b: DescribedFailure): DescribedFailure {
  const [atA, atB] = [a.report.occurredAt.getTime(), b.report.occurredAt.getTime()]
  if (atA !== atB) return atA > atB ? a : b
  return `${a.id}${a.errorMessage}` > `${b.id}${b.errorMessage}` ? a : b
}

const minuteOf = (at: Date): number => Math.floor(at.getTime() / 60_000) * 60_000
const times = (events: readonly DescribedFailure[]): number[] =>
  events.map((e) => e.report.occurredAt.getTime())
const earliest = (events: readonly DescribedFailure[]): Date => new Date(Math.min(...times(events)))
const latest = (events: readonly DescribedFailure[]): Date => new Date(Math.max(...times(events)))

const sorted = <T>(items: readonly T[], key: (item: T) => string): T[] =>
  items.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
