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
    indexer: z.object({
      /** When a failure was last written to the index; null: never. */
      lastRecordedAt: Instant.nullable(),
      /** From failing to being listed: the median of the newest 100 dead letters, in seconds. */
      lagSeconds: z.int().nullable(),
    }),
    worker: z.object({
      /** Operations that are due and that no worker has taken up yet, and how long the first of them has waited. */
      queued: z.int(),
      oldestQueuedSeconds: z.int().nullable(),
      running: z.int(),
      /** Without a heartbeat of their worker. */
      stalled: z.int(),
    }),
    liveSessions: z.int(),
  })
  .meta({ id: 'System' })
export type System = z.infer<typeof System>
