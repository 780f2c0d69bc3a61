import { z } from 'zod'

export const Health = z
  .object({ status: z.literal('ok'), stage: z.string(), apiVersion: z.string() })
  .meta({ id: 'Health' })
