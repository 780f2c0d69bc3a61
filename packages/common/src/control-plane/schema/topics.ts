import { boolean, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** Mirror of the bundled topic registry, written by the sampler, so that one query can join, filter and authorise by owner. */
export const topics = pgTable('topics', {
  topic: text('topic').primaryKey(),
  owner: text('owner').notNull(),
  status: text('status').$type<'draft' | 'active'>().notNull(),
  contractVersion: text('contract_version').notNull().default('0.0.0'),
  queueName: text('queue_name').notNull(),
  tableName: text('table_name').notNull(),
  stream: integer('stream').notNull().default(0),
  /** Payload paths that may be shown in clear text; null = no contract: nothing may. */
  clearPaths: jsonb('clear_paths').$type<string[][]>(),
  isIngestPaused: boolean('is_ingest_paused').notNull().default(false),
  isProcessingPaused: boolean('is_processing_paused').notNull().default(false),
  /** What a person asked for; 0 = never. The two flags above are what everything else reads. */
  pauseVersion: integer('pause_version').notNull().default(0),
  pauseReason: text('pause_reason'),
  pauseUntil: at('pause_until'),
  pauseChangedBy: text('pause_changed_by'),
  pauseChangedAt: at('pause_changed_at'),
  /** From a pause of ingest until its mapping is enabled again. */
  isMappingOurs: boolean('is_mapping_ours').notNull().default(false),
  /** When AWS last accepted what the flags say; null = not yet. */
  mappingAppliedAt: at('mapping_applied_at'),
  registeredAt: at('registered_at').notNull().defaultNow(),
  /** Set when a later deployment no longer names the topic; its history stays readable. */
  removedAt: at('removed_at'),
})
