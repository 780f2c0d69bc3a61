import { bigint, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { SnowflakeState } from '../../contract/snowflake-state.ts'
import type { RunError } from './runs.ts'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** What Snowflake should show of a topic (expected, after each semantic commit), and what it was last seen to show. */
export const snowflakeTables = pgTable('snowflake_tables', {
  topic: text('topic').primaryKey(),
  databaseName: text('database_name').notNull(),
  schemaName: text('schema_name').notNull(),
  tableName: text('table_name').notNull(),
  expectedSnapshotId: bigint('expected_snapshot_id', { mode: 'bigint' }),
  expectedMetadataLocation: text('expected_metadata_location'),
  expectedAt: at('expected_at'),
  seenSnapshotId: bigint('seen_snapshot_id', { mode: 'bigint' }),
  seenMetadataLocation: text('seen_metadata_location'),
  /** Snowflake's own word for the automatic refresh. */
  autoRefresh: text('auto_refresh'),
  state: text('state').$type<SnowflakeState>().notNull().default('unknown'),
  refreshedAt: at('refreshed_at'),
  collectedAt: at('collected_at'),
  error: jsonb('error').$type<RunError>(),
})
