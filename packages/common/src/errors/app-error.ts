import type { ErrorCode } from './error-codes.ts'

type Options = { cause?: unknown; context?: Record<string, unknown> }

/** The one error this code base throws on purpose. `context` may be shown to operators: never put payload text or secrets in it. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly context: Record<string, unknown>

  constructor(code: ErrorCode, message: string, options: Options = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.context = options.context ?? {}
  }
}
