import type { z } from 'zod'

/** A required JSON request body for `createRoute`. */
export const jsonBody = <S extends z.ZodType>(schema: S) => ({
  required: true as const,
  content: { 'application/json': { schema } },
})
