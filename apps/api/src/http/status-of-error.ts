import type { ErrorCode } from '@lean-ops/common/errors/error-codes'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

const statuses = {
  INVALID_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNPROCESSABLE: 422,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
  // A deployable that is not configured never answers requests; should it happen, it is our fault.
  INVALID_CONFIG: 500,
  INVALID_CONTRACT: 422,
} as const satisfies Record<ErrorCode, ContentfulStatusCode>

/** HTTP status of an error code. The map is exhaustive: a new code does not compile without one. */
export const statusOfError = <C extends ErrorCode>(code: C): (typeof statuses)[C] => statuses[code]
