/** Version of the HTTP API. Changes are additive for one release; a console of another version offers a reload. */
export const apiVersion = '1'

/** Header names that the API and its callers share. */
export const apiHeaders = {
  version: 'Lean-Ops-Api-Version',
  requestId: 'X-Request-Id',
  /** Proof that a state-changing request was made by script of ours, not by a form on another site. Value: `1`. */
  intent: 'X-Lean-Ops',
  idempotencyKey: 'Idempotency-Key',
} as const

/** Largest JSON request body the API reads, in bytes. Edits travel as JSON Patch, so that bodies stay small. */
export const requestBodyBytesMax = 1_048_576
