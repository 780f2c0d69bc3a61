import type { FailureClass, FailureStage } from './failure-code.ts'

type Entry = { class: FailureClass; stages: readonly FailureStage[] }

/** Every code a failed message can carry. A code without a remedy (`remedies.ts`) fails a test. */
const catalogue = {
  EMPTY_BODY: { class: 'data', stages: ['ingest'] },
  INVALID_UTF8: { class: 'data', stages: ['ingest', 'curated'] },
  MALFORMED_JSON: { class: 'data', stages: ['ingest', 'curated'] },
  NOT_AN_OBJECT: { class: 'data', stages: ['ingest', 'curated'] },
  MALFORMED_PAYLOAD: { class: 'data', stages: ['ingest', 'curated'] },
  TOO_LARGE: { class: 'data', stages: ['ingest'] },
  CLAIM_CHECK_MISSING: { class: 'data', stages: ['ingest'] },
  UNKNOWN_TOPIC: { class: 'config', stages: ['ingest', 'delivery'] },
  SINK_THROTTLED: { class: 'transient', stages: ['ingest'] },
  SINK_UNAVAILABLE: { class: 'transient', stages: ['ingest'] },
  ARCHIVE_UNAVAILABLE: { class: 'transient', stages: ['ingest'] },
  DEAD_LETTER_SEND_FAILED: { class: 'transient', stages: ['ingest'] },
  OUT_OF_TIME: { class: 'transient', stages: ['ingest'] },
  ACCESS_DENIED: { class: 'config', stages: ['ingest'] },
  SINK_MISCONFIGURED: { class: 'config', stages: ['ingest'] },
  RETRIES_EXHAUSTED: { class: 'transient', stages: ['ingest'] },
  NEVER_PROCESSED: { class: 'unknown', stages: ['ingest'] },
  INTERNAL_FAILURE: { class: 'unknown', stages: ['ingest', 'delivery', 'curated', 'semantic'] },
  FIREHOSE_TRANSFORM_FAILED: { class: 'config', stages: ['delivery'] },
  FIREHOSE_TABLE_NOT_FOUND: { class: 'config', stages: ['delivery'] },
  FIREHOSE_SCHEMA_MISMATCH: { class: 'config', stages: ['delivery'] },
  FIREHOSE_ACCESS_DENIED: { class: 'config', stages: ['delivery'] },
  FIREHOSE_DELIVERY_FAILED: { class: 'unknown', stages: ['delivery'] },
  CDE_MISSING: { class: 'data', stages: ['semantic'] },
  TYPE_CAST: { class: 'data', stages: ['semantic'] },
  RULE: { class: 'data', stages: ['semantic'] },
} as const satisfies Record<string, Entry>

export type FailureCode = keyof typeof catalogue
export const failureCodes = Object.keys(catalogue) as [FailureCode, ...FailureCode[]]

/** True for a code of this list; texts from elsewhere (Firehose, older rows) may hold others. */
export const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(catalogue, code)

export const failureClassOf = (code: FailureCode): FailureClass => catalogue[code].class

/** Stages at which the code can arise. */
export const failureStagesOf = (code: FailureCode): readonly FailureStage[] => catalogue[code].stages
