import { AppError } from '@lean-ops/common/errors/app-error'
import type { ErrorCode } from '@lean-ops/common/errors/error-codes'
import { HTTPException } from 'hono/http-exception'

const codeOfStatus: Record<number, ErrorCode> = {
  400: 'INVALID_INPUT',
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
}

/** Connection faults of node-postgres and SQLSTATE classes 08, 53, 57P: the database is away, not wrong. */
const isDatabaseAway = (code: unknown): boolean =>
  typeof code === 'string' &&
  /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EPIPE|08...|53...|57P..)$/.test(code)

/**
 * Any thrown value as an AppError. Errors that are not ours lose their text here: only the log, which holds the cause,
 * may say more than "something went wrong".
 */
export function readError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof HTTPException) {
    const code = codeOfStatus[thrown.status]
    if (code !== undefined) return new AppError(code, thrown.message || code, { cause: thrown })
  }
  for (let fault: unknown = thrown; fault instanceof Error; fault = fault.cause)
    if ('code' in fault && isDatabaseAway(fault.code))
      return new AppError('UNAVAILABLE', 'The database does not answer. Try again in a moment.', {
        cause: thrown,
      })
  return new AppError('INTERNAL', 'Something went wrong on our side. The request id finds it in the log.', {
    cause: thrown,
  })
}
