import * as z from 'zod'
import { FailureClass } from '../contract/failure-code.ts'

/**
 * Upper bounds (seconds, inclusive) of the latency buckets: from `SentTimestamp` to accepted by the sink.
 * `latencyCounts` has one more entry than this: the last counts everything slower.
 */
export const latencyBoundsSeconds = [1, 5, 15, 60, 300, 900, 3600] as const

const Count = z.int().min(0)

/** Replays are counted apart: they never move a breaker. */
const Counts = z.object({ fresh: Count, replayed: Count })

export const findingCodes = [
  'PUBLISH_TIME_UNPARSEABLE',
  'PUBLISH_TIME_ABSURD',
  'MESSAGE_ID_TOO_LONG',
  'LINEAGE_FORGED',
  'LINEAGE_MALFORMED',
  'LINEAGE_FOREIGN',
] as const
export const FindingCode = z.enum(findingCodes)
export type FindingCode = z.infer<typeof FindingCode>

/** How many sample messages one outcome names per finding; the count beside them is whole. */
export const findingSamplesMax = 5

/** What one invocation of the sqs-processor did with the messages of one queue. One JSON message on the outcomes queue. */
export const OutcomeMessage = z.object({
  v: z.literal(1),
  /** Lambda request id + queue: the same outcome delivered twice has the same id. */
  id: z.string(),
  /** Correlation id of the invocation's log lines. */
  requestId: z.string(),
  stage: z.string(),
  /** null when no contract names the queue. */
  topic: z.string().nullable(),
  originArn: z.string(),
  /** RFC 3339, UTC. */
  startedAt: z.string(),
  durationMs: Count,
  codeVersion: z.string(),
  /** Messages received; each is exactly one of accepted, deadLettered, failed. */
  attempts: Counts,
  accepted: Counts,
  deadLettered: Counts,
  /** Reported as batchItemFailures: SQS delivers them again. */
  failed: Counts,
  /** By code, for dead-lettered and failed ones together. `action` says which. */
  failures: z.array(
    z.object({
      code: z.string(),
      class: FailureClass,
      action: z.enum(['dead-lettered', 'failed']),
      fresh: Count,
      replayed: Count,
    }),
  ),
  sink: z.object({
    stream: z.string().nullable(),
    calls: Count,
    /** Calls that threw. */
    failedCalls: Count,
    /** Entries refused inside calls that succeeded, before any retry. */
    refusedEntries: Count,
    retriedEntries: Count,
  }),
  latencyCounts: z.array(Count).length(latencyBoundsSeconds.length + 1),
  bytes: z.object({
    /** Bodies, UTF-8. */
    received: Count,
    /** Records accepted by the sink, as encoded. */
    sent: Count,
  }),
  /** Replayed messages that the sink accepted in this invocation. */
  confirmations: z.array(z.object({ messageId: z.string(), replayId: z.string(), attempt: z.int().min(0) })),
  /** Replayed messages that were dead-lettered again in this invocation. */
  returns: z.array(
    z.object({ messageId: z.string(), replayId: z.string(), attempt: z.int().min(0), code: z.string() }),
  ),
  findings: z.array(
    z.object({
      code: FindingCode,
      count: z.int().min(1),
      samples: z.array(z.object({ messageId: z.string() })).max(findingSamplesMax),
    }),
  ),
})
export type OutcomeMessage = z.infer<typeof OutcomeMessage>
