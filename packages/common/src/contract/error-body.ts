import { z } from 'zod'
import { errorCodes } from '../errors/error-codes.ts'

/** The one body of every refusal and failure. `message` is for people; `code` and `details` are for programs. */
export const ErrorBody = z
  .object({
    error: z.object({
      code: z.enum(errorCodes),
      message: z.string(),
      details: z.record(z.string(), z.unknown()).optional(),
      requestId: z.string(),
    }),
  })
  .meta({ id: 'Error' })
export type ErrorBody = z.infer<typeof ErrorBody>
