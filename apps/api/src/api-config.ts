import { z } from 'zod'

/** The API's environment. One error at start-up lists every bad variable (`common/config/read-env`). */
export const ApiConfig = z.object({
  STAGE: z.string().min(1),
  /** Origin people type into their browser; `/api` and `/auth` of it reach this API. */
  CONSOLE_URL: z.url().default('http://127.0.0.1:3000'),
  /** Requests per minute of one actor or, without credentials, one address. */
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).default(1_200),
})
export type ApiConfig = z.infer<typeof ApiConfig>
