import { z } from 'zod'
import { Change } from './change.ts'
import { DeadLetterRow, FingerprintPart } from './dead-letter.ts'
import { DeadLetterFilter } from './dead-letter-filter.ts'
import { FailureClass, FailureStage } from './failure-code.ts'
import { Instant } from './time.ts'

export const deadLetterSorts = ['lastFailedAt', 'firstFailedAt', 'sizeBytes', 'attempt'] as const
export const DeadLetterSort = z.enum(deadLetterSorts)
export type DeadLetterSort = z.infer<typeof DeadLetterSort>

/** How many match: exact, or "at least" where counting was cut short. */
export const MatchCount = z.object({ value: z.int(), isExact: z.boolean() })
export type MatchCount = z.infer<typeof MatchCount>

export const DeadLetterPage = z.object({
  items: z.array(DeadLetterRow),
  nextCursor: z.string().nullable(),
  total: MatchCount,
  /** What was searched, in absolute times. */
  filter: DeadLetterFilter,
})
export type DeadLetterPage = z.infer<typeof DeadLetterPage>

export const ErrorGroup = z.object({
  fingerprint: z.string(),
  title: z.string(),
  code: z.string(),
  class: FailureClass,
  stage: FailureStage,
  /** Messages that match the filter now. */
  count: z.int(),
  /** The topics it touches most, at most ten; `topicCount` counts all. */
  topics: z.array(z.object({ topic: z.string(), count: z.int() })),
  topicCount: z.int(),
  firstSeenAt: Instant,
  lastSeenAt: Instant,
  /** Failures per step of the window (every attempt counts), oldest first. */
  trend: z.array(z.int()),
  parts: z.array(FingerprintPart),
  /** "grouped by …" as a sentence. */
  explanation: z.string(),
  sampleId: z.string(),
})
export type ErrorGroup = z.infer<typeof ErrorGroup>

/** One group with what changed before it began, newest first. */
export const ErrorGroupDetail = ErrorGroup.extend({
  changes: z.array(Change),
  changesFrom: Instant,
  changesTo: Instant,
})
export type ErrorGroupDetail = z.infer<typeof ErrorGroupDetail>

/** Version and 16 hexadecimal digits: `v2:…`. */
export const FingerprintParam = z.object({ fingerprint: z.string().regex(/^v\d{1,4}:[0-9a-f]{16}$/) })

export const groupSorts = ['count', 'lastSeenAt', 'firstSeenAt'] as const
export const GroupSort = z.enum(groupSorts)
export type GroupSort = z.infer<typeof GroupSort>

export const GroupList = z.object({
  groups: z.array(ErrorGroup),
  /** Groups that match, also beyond those listed. */
  total: z.int(),
  /** True under a search in bodies or attributes: trends cannot be narrowed by it. */
  isApproximate: z.boolean(),
  trendFrom: Instant,
  trendTo: Instant,
})
export type GroupList = z.infer<typeof GroupList>

export const Histogram = z.object({
  bucketSeconds: z.int(),
  buckets: z.array(z.object({ at: Instant, count: z.int() })),
})
export type Histogram = z.infer<typeof Histogram>

export const facetNames = ['topic', 'owner', 'stage', 'code', 'status'] as const
export type FacetName = (typeof facetNames)[number]
const FacetValues = z.array(z.object({ value: z.string(), count: z.int() }))
/** Counts per value, each facet under all other parts of the filter; at most a hundred values, the largest. */
export const Facets = z.object({
  topic: FacetValues,
  owner: FacetValues,
  stage: FacetValues,
  code: FacetValues,
  status: FacetValues,
})
export type Facets = z.infer<typeof Facets>

export const DeadLetterDetail = DeadLetterRow.extend({
  publishTime: z.string().nullable(),
  firstReceivedAt: Instant.nullable(),
  editRevision: z.int(),
  originArn: z.string().nullable(),
  idempotencyKey: z.string().nullable(),
  attributes: z.record(z.string(), z.object({ type: z.string(), value: z.string() })),
  replayId: z.string().nullable(),
  parts: z.array(FingerprintPart),
  explanation: z.string(),
  bodyKind: z.enum(['json', 'text', 'binary', 'missing']),
  bodySha256: z.string(),
  discardReason: z.string().nullable(),
  restorableUntil: Instant.nullable(),
  verifyStage: FailureStage.nullable(),
  verifyUntil: Instant.nullable(),
})
export type DeadLetterDetail = z.infer<typeof DeadLetterDetail>

/** One line of a message's history: a failure, or what an operation did with it. */
export const DeadLetterEvent = z.object({
  id: z.string(),
  at: Instant,
  what: z.enum(['failed', 'sent', 'resolved', 'returned', 'unverified', 'skipped', 'cancelled', 'not_sent']),
  attempt: z.int(),
  stage: z.string(),
  code: z.string(),
  errorMessage: z.string(),
  /** Who began the operation; null for failures. */
  by: z.string().nullable(),
  operationId: z.string().nullable(),
})
export type DeadLetterEvent = z.infer<typeof DeadLetterEvent>
