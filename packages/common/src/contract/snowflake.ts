import { z } from 'zod'
import { SnowflakeState } from './snowflake-state.ts'
import { Instant } from './time.ts'

/** What Snowflake shows of a topic beside what it should show. */
export const SnowflakeTable = z
  .object({
    topic: z.string(),
    owner: z.string(),
    database: z.string(),
    schema: z.string(),
    table: z.string(),
    verdict: SnowflakeState,
    expectedSnapshotId: z.string().nullable(),
    expectedAt: Instant.nullable(),
    seenSnapshotId: z.string().nullable(),
    /** Snowflake's own word for its automatic refresh. */
    autoRefresh: z.string().nullable(),
    refreshedAt: Instant.nullable(),
    /** When it was last looked at; null = never, and then the verdict is unknown. */
    collectedAt: Instant.nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'SnowflakeTable' })
export type SnowflakeTable = z.infer<typeof SnowflakeTable>

export const SnowflakeListQuery = z.object({
  verdict: SnowflakeState.optional(),
  topic: z.string().min(1).max(48).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(1_000),
})

export const SnowflakeList = z
  .object({ tables: z.array(SnowflakeTable), nextCursor: z.string().nullable() })
  .meta({ id: 'SnowflakeList' })
export type SnowflakeList = z.infer<typeof SnowflakeList>
