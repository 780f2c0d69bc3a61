import { z } from 'zod'
import { Instant } from './time.ts'

export const changeKinds = ['deploy', 'contract', 'operation', 'pause', 'hold', 'setting'] as const

/** Something that people or deploys did and that may explain what happened after it. */
export const Change = z
  .object({
    id: z.string(),
    at: Instant,
    kind: z.enum(changeKinds),
    /** One sentence; no payload and no name of a topic the reader may not see. */
    title: z.string(),
    by: z.string().nullable(),
    /** Topics it concerns; null = all. */
    topics: z.array(z.string()).nullable(),
    operationId: z.string().nullable(),
  })
  .meta({ id: 'Change' })
export type Change = z.infer<typeof Change>
