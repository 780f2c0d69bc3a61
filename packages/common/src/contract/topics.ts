import { z } from 'zod'
import { Instant } from './time.ts'
import { TopicPause } from './topic-pause.ts'

/** Why the newest reading of a source failed, and when. */
export const SourceError = z
  .object({ code: z.string(), message: z.string(), at: Instant })
  .meta({ id: 'SourceError' })

/**
 * Where a group of values came from. `collectedAt` is the time of the last *successful* reading (null: never read);
 * `error` is set while the newest attempt failed, and the values are then those of `collectedAt`. Unknown is null, never 0.
 */
const sampled = <S extends z.ZodRawShape>(shape: S) =>
  z.object({
    collectedAt: Instant.nullable(),
    error: SourceError.nullable(),
    ...shape,
  })

export const QueueSample = sampled({
  /** Messages waiting. SQS calls its own counts approximate. */
  visible: z.int().nullable(),
  inFlight: z.int().nullable(),
  delayed: z.int().nullable(),
  /** Age of the oldest waiting message in seconds; null when nothing waits or the metric is not there yet. */
  oldestSeconds: z.int().nullable(),
  /** The age comes from another service than the counts (CloudWatch), so it has a time and an error of its own. */
  oldestCollectedAt: Instant.nullable(),
  oldestError: SourceError.nullable(),
}).meta({ id: 'QueueSample' })

export const MappingSample = sampled({
  /** Lambda's word for the event source mapping: Enabled, Disabled, Enabling, Disabling, Updating, Creating, Deleting. */
  state: z.string().nullable(),
  maximumConcurrency: z.int().nullable(),
}).meta({ id: 'MappingSample' })

export const RawSample = sampled({
  rows: z.int().nullable(),
  /** Current Iceberg snapshot; text, because the ids are 64-bit. Null for a table without a commit. */
  snapshotId: z.string().nullable(),
  snapshotAt: Instant.nullable(),
}).meta({ id: 'RawSample' })

export const DeadLetterCount = sampled({
  open: z.int().nullable(),
  lastAt: Instant.nullable(),
}).meta({ id: 'DeadLetterCount' })

export const TopicRow = z
  .object({
    topic: z.string(),
    owner: z.string(),
    status: z.enum(['draft', 'active']),
    /** Last time the processor saw a message of this topic, or RAW grew; null when neither is known. */
    lastArrivalAt: Instant.nullable(),
    pause: TopicPause,
    queue: QueueSample,
    mapping: MappingSample,
    raw: RawSample,
    deadLetters: DeadLetterCount,
  })
  .meta({ id: 'TopicRow' })
export type TopicRow = z.infer<typeof TopicRow>

export const TopicList = z
  .object({
    /** Every topic the reader may see, by name. Ages are computed against the answer's `Date` header (or `/pulse`). */
    topics: z.array(TopicRow),
    /**
     * Per topic the highest backlog in each five minutes of the last hour, oldest first; null: nothing was read then.
     * A topic that was not sampled in that hour is absent.
     */
    trends: z.record(z.string(), z.array(z.int().nullable())),
  })
  .meta({ id: 'TopicList' })
export type TopicList = z.infer<typeof TopicList>

/** One minute of history; null where nothing was read in that minute. */
export const TopicSample = z
  .object({
    at: Instant,
    visible: z.int().nullable(),
    inFlight: z.int().nullable(),
    oldestSeconds: z.int().nullable(),
    rawRows: z.int().nullable(),
    deadLettersOpen: z.int().nullable(),
  })
  .meta({ id: 'TopicSample' })
export type TopicSample = z.infer<typeof TopicSample>

export const TopicDetail = z
  .object({
    topic: TopicRow,
    names: z.object({ queue: z.string(), table: z.string(), stream: z.int() }),
    /** The last 60 minutes, oldest first. */
    samples: z.array(TopicSample),
  })
  .meta({ id: 'TopicDetail' })
export type TopicDetail = z.infer<typeof TopicDetail>
