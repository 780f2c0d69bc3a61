/**
 * Codes of errors that the API and the command line report. The codes of failed *messages* are a different list
 * (`contract/failure-code.ts`): those describe data, these describe requests.
 */
export const errorCodes = [
  'INVALID_INPUT',
  'INVALID_CONFIG',
  'INVALID_CONTRACT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'PRECONDITION_FAILED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'UNPROCESSABLE',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'INTERNAL',
] as const

export type ErrorCode = (typeof errorCodes)[number]
