import { z } from 'zod'
import { Instant } from './time.ts'

/**
 * What a person stopped of a topic. `ingest`: its queue is not read, messages wait there (at most 14 days, SQS deletes
 * older ones). `processing`: RAW goes on growing, no run takes it further.
 */
export const TopicPause = z
  .object({
    ingest: z.boolean(),
    processing: z.boolean(),
    reason: z.string().nullable(),
    /** Who changed it last: paused, resumed or changed its end. */
    by: z.string().nullable(),
    at: Instant.nullable(),
    until: Instant.nullable(),
    /** 0 = never paused. */
    version: z.int(),
  })
  .meta({ id: 'TopicPause' })
export type TopicPause = z.infer<typeof TopicPause>

export const pauseDaysMax = 7

export const ChangeTopicPause = z
  .strictObject({
    ingest: z.boolean(),
    processing: z.boolean(),
    reason: z.string().trim().min(1, 'say why: the audit keeps it').max(500),
    /** End of the pause, at most seven days away; without one it stays until somebody resumes, and is yours. */
    until: Instant.nullable().default(null),
  })
  .meta({ id: 'ChangeTopicPause' })
export type ChangeTopicPause = z.infer<typeof ChangeTopicPause>
