import { failureClassOf } from '@lean-ops/common/contract/failure-catalogue'
import type { FailureCode } from '@lean-ops/common/contract/failure-code'
import {
  type FindingCode,
  findingSamplesMax,
  latencyBoundsSeconds,
  type OutcomeMessage,
} from '@lean-ops/common/messages/outcome-message'
import type { Arrival } from './prepare-message.ts'
import type { SinkStats } from './put-records.ts'

/** What became of one message. */
export type Disposition = { arrival: Arrival; messageId: string } & (
  | { kind: 'accepted'; latencyMs: number; bytesSent: number }
  | { kind: 'dead-lettered'; code: FailureCode }
  | { kind: 'failed'; code: FailureCode }
)

export type OutcomeFacts = {
  requestId: string
  stage: string
  codeVersion: string
  topic: string | null
  originArn: string
  startedMs: number
  endedMs: number
  stream: string | null
  stats: SinkStats
}

type Counts = { fresh: number; replayed: number }

/** Dispositions of one queue's messages → the outcome message. Pure. */
export function buildOutcome(dispositions: readonly Disposition[], facts: OutcomeFacts): OutcomeMessage {
  const outcome = emptyOutcome(facts)
  const failures = new Map<string, OutcomeMessage['failures'][number]>()
  const findings = new Map<FindingCode, OutcomeMessage['findings'][number]>()

  for (const d of dispositions) {
    const side: keyof Counts = d.arrival.lineage?.replayId === undefined ? 'fresh' : 'replayed'
    outcome.attempts[side] += 1
    outcome.bytes.received += Buffer.byteLength(d.arrival.record.body)
    noteFindings(findings, d)
    if (d.kind === 'accepted') {
      outcome.accepted[side] += 1
      outcome.bytes.sent += d.bytesSent
      const bucket = latencyBoundsSeconds.findIndex((bound) => d.latencyMs <= bound * 1000)
      const at = bucket < 0 ? latencyBoundsSeconds.length : bucket
      outcome.latencyCounts[at] = (outcome.latencyCounts[at] ?? 0) + 1
    } else {
      outcome[d.kind === 'failed' ? 'failed' : 'deadLettered'][side] += 1
      const key = `${d.kind} ${d.code}`
      const failure = failures.get(key) ?? {
        code: d.code,
        class: failureClassOf(d.code),
        action: d.kind,
        fresh: 0,
        replayed: 0,
      }
      failure[side] += 1
      failures.set(key, failure)
    }
    noteReplay(outcome, d)
  }
  outcome.failures = [...failures.values()]
  outcome.findings = [...findings.values()]
  return outcome
}

function noteReplay(outcome: OutcomeMessage, d: Disposition): void {
  const { lineage } = d.arrival
  if (lineage?.replayId === undefined) return
  const { replayId, attempt } = lineage
  const { messageId } = d
  if (d.kind === 'accepted') outcome.confirmations.push({ messageId, replayId, attempt })
  if (d.kind === 'dead-lettered') outcome.returns.push({ messageId, replayId, attempt, code: d.code })
}

function noteFindings(findings: Map<FindingCode, OutcomeMessage['findings'][number]>, d: Disposition): void {
  for (const code of d.arrival.findings) {
    const finding = findings.get(code) ?? { code, count: 0, samples: [] }
    finding.count += 1
    if (finding.samples.length < findingSamplesMax) finding.samples.push({ messageId: d.messageId })
    findings.set(code, finding)
  }
}

const none = (): Counts => ({ fresh: 0, replayed: 0 })

const emptyOutcome = (facts: OutcomeFacts): OutcomeMessage => ({
  v: 1,
  id: `${facts.requestId}:${facts.originArn.slice(facts.originArn.lastIndexOf(':') + 1)}`,
  requestId: facts.requestId,
  stage: facts.stage,
  topic: facts.topic,
  originArn: facts.originArn,
  startedAt: new Date(facts.startedMs).toISOString(),
  durationMs: Math.max(0, facts.endedMs - facts.startedMs),
  codeVersion: facts.codeVersion,
  attempts: none(),
  accepted: none(),
  deadLettered: none(),
  failed: none(),
  failures: [],
  sink: { stream: facts.stream, ...facts.stats },
  latencyCounts: latencyBoundsSeconds.map(() => 0).concat(0),
  bytes: { received: 0, sent: 0 },
  confirmations: [],
  returns: [],
  findings: [],
})
