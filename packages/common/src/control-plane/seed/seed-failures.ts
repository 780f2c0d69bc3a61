import { failureClassOf } from '../../contract/failure-catalogue.ts'
import type { FailureCode, FailureStage } from '../../contract/failure-code.ts'
import type { Fingerprint } from '../../fingerprint/fingerprint-error.ts'
import { fingerprintError } from '../../fingerprint/fingerprint-error.ts'
import { scrubMessage } from '../../masking/scrub-message.ts'

type Kind = { stage: FailureStage; code: FailureCode; message: string; paths?: string[] }

const fields = ['amount', 'currency', 'customer.id', 'items.0.sku', 'status', 'createdAt', 'address.zip']

/** What fails in a real fleet: few causes make most of the messages, a long tail makes the rest. Most frequent first. */
const kinds: Kind[] = [
  { stage: 'ingest', code: 'SINK_THROTTLED', message: 'ServiceUnavailableException: Slow down.' },
  { stage: 'ingest', code: 'MALFORMED_JSON', message: 'not valid JSON at character 118' },
  { stage: 'ingest', code: 'RETRIES_EXHAUSTED', message: 'received as often as the queue allows' },
  ...fields.map(
    (f): Kind => ({
      stage: 'semantic',
      code: 'CDE_MISSING',
      message: `required field ${f} is missing`,
      paths: [f],
    }),
  ),
  { stage: 'ingest', code: 'NOT_AN_OBJECT', message: 'a list instead of an object' },
  {
    stage: 'delivery',
    code: 'FIREHOSE_TABLE_NOT_FOUND',
    message: 'Iceberg.NoSuchTable: Table lean_ops_raw.orders was not found',
  },
  ...fields.map(
    (f): Kind => ({
      stage: 'semantic',
      code: 'TYPE_CAST',
      message: `value cannot be read as the type of ${f}`,
      paths: [f],
    }),
  ),
  { stage: 'ingest', code: 'MALFORMED_PAYLOAD', message: 'the payload is not an object' },
  {
    stage: 'delivery',
    code: 'FIREHOSE_SCHEMA_MISMATCH',
    message: 'Iceberg.MissingColumnWithinRecord: Column idempotency_key is missing in the record',
  },
  {
    stage: 'curated',
    code: 'MALFORMED_JSON',
    message: 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)',
  },
  { stage: 'ingest', code: 'TOO_LARGE', message: 'over 1,000 KiB as a Firehose record, even compressed' },
  { stage: 'ingest', code: 'SINK_UNAVAILABLE', message: 'connect ECONNREFUSED 10.0.12.7:443' },
  ...fields.map(
    (f): Kind => ({
      stage: 'semantic',
      code: 'RULE',
      message: `rule failed: ${f} must match its pattern`,
      paths: [f],
    }),
  ),
  {
    stage: 'ingest',
    code: 'ACCESS_DENIED',
    message: 'AccessDeniedException: User is not authorized to perform firehose:PutRecordBatch',
  },
  {
    stage: 'delivery',
    code: 'FIREHOSE_ACCESS_DENIED',
    message: 'Glue.AccessDenied: Insufficient Lake Formation permission(s)',
  },
  { stage: 'ingest', code: 'INVALID_UTF8', message: 'half of a surrogate pair stands alone' },
  { stage: 'ingest', code: 'NEVER_PROCESSED', message: 'no processor reported an attempt on this topic' },
]

export type SeedFailure = Omit<Kind, 'paths'> & Omit<Fingerprint, 'parts'> & { parts: unknown; class: string }

/** The failures of a seeded control plane, described by the same code that describes real ones. */
export const seedFailures = (): SeedFailure[] =>
  kinds.map(({ paths, ...kind }) => ({
    ...kind,
    ...fingerprintError({ ...kind, ...(paths === undefined ? {} : { paths }) }),
    message: scrubMessage(kind.message),
    class: failureClassOf(kind.code),
  }))
