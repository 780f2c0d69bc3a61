import { z } from 'zod'
import { Instant } from './time.ts'

export const traceStages = ['queue', 'dead letters', 'RAW', 'curated', 'semantic', 'Snowflake'] as const

/** One stage of a message's way. `lookedIn` says what was searched, so that "not found" can be judged. */
const Stage = z.object({
  stage: z.enum(traceStages),
  /** `unknown`: it cannot be looked into, or could not be read. `waiting`: found before, not here yet. */
  state: z.enum(['found', 'not found', 'waiting', 'unknown', 'skipped']),
  /** One sentence for people. */
  text: z.string(),
  lookedIn: z.string(),
  at: Instant.nullable(),
  /** Ids of this stage: snapshot, pass, run, dead letter. No payload. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  /** Where the console and the command line lead on. */
  link: z.string().nullable(),
})

const Trail = z.object({
  topic: z.string(),
  messageId: z.string(),
  stages: z.array(Stage),
})
export type Trail = z.infer<typeof Trail>
export type TraceStage = z.infer<typeof Stage>

export const TraceQuery = z.object({
  /** Omitted: the topic of a dead letter with that id, else the topics the reader may see while they are few. */
  topic: z.string().min(1).max(48).optional(),
  /** `key`: the id is a business key. Needs payload:read. */
  by: z.enum(['id', 'key']).default('id'),
  /** Day of RAW (UTC) to look in; omitted: the newest days, as far back as one request may read. */
  day: z.iso.date().optional(),
  /** Goes on with the days before this one. */
  before: z.iso.date().optional(),
})
export type TraceQuery = z.infer<typeof TraceQuery>

export const Trace = z
  .object({
    id: z.string(),
    /** One per message that was found: a business key may have several. */
    trails: z.array(Trail),
    /** What was searched when nothing was found. */
    lookedIn: z.array(z.string()),
    /** Days before this one were not searched: ask again with `before`. Null = everything was. */
    continueBefore: z.string().nullable(),
  })
  .meta({ id: 'Trace' })
export type Trace = z.infer<typeof Trace>
