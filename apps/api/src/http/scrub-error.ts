import { scrubMessage } from '@lean-ops/common/masking/scrub-message'

/** Jobs, Step Functions and Snowflake write causes of their own, which may quote a value. */
export const scrubError = <R extends { error: { message: string } | null }>(row: R): R =>
  row.error === null ? row : { ...row, error: { ...row.error, message: scrubMessage(row.error.message) } }
