import { AppError } from '@lean-ops/common/errors/app-error'
import type { z } from 'zod'

/**
 * zod-openapi's default hook: input that does not parse becomes INVALID_INPUT with one entry per fault. Values are not
 * echoed, so that a pasted payload or token does not end in an error body.
 */
export function refuseInvalid(result: { success: boolean; target: string; error?: z.core.$ZodError }): void {
  if (result.success || result.error === undefined) return
  const faults = result.error.issues.map((issue) => ({
    in: result.target,
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }))
  const first = faults[0]
  throw new AppError(
    'INVALID_INPUT',
    first === undefined ? 'The request is not valid.' : `${first.path || first.in}: ${first.message}`,
    { context: { faults } },
  )
}
