import { z } from 'zod'
import { Instant } from './time.ts'

/** How the installation itself is. */
export const System = z
  .object({
    stage: z.string(),
    apiVersion: z.string(),
    database: z.object({
      serverVersion: z.string(),
      sizeBytes: z.int(),
      newestMigration: z.string().nullable(),
      connections: z.int(),
    }),
    sampler: z.object({
      lastSampleAt: Instant.nullable(),
      topics: z.int(),
      /** Topics of which at least one source could not be read at the newest attempt. */
      topicsWithErrors: z.int(),
    }),
    liveSessions: z.int(),
  })
  .meta({ id: 'System' })
export type System = z.infer<typeof System>
