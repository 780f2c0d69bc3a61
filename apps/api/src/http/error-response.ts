import type { ErrorBody } from '@lean-ops/common/contract/error-body'
import type { AppError } from '@lean-ops/common/errors/app-error'
import type { Context } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { statusOfError } from './status-of-error.ts'

/** The one error body, for every refusal and failure. */
export function errorResponse(c: Context<AppEnv>, error: AppError): Response {
  const hasDetails = Object.keys(error.context).length > 0
  const body: ErrorBody = {
    error: {
      code: error.code,
      message: error.message,
      ...(hasDetails ? { details: error.context } : {}),
      requestId: c.get('requestId'),
    },
  }
  if (error.code === 'UNAUTHENTICATED') c.header('WWW-Authenticate', 'Bearer realm="lean-ops"')
  if (typeof error.context.retryAfterSeconds === 'number')
    c.header('Retry-After', String(error.context.retryAfterSeconds))
  c.header('Cache-Control', 'no-store')
  return c.json(body, statusOfError(error.code))
}
