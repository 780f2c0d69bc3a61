import { integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { ContractSource, ContractState } from '../../contract/contract-state.ts'
import type { OperationActor } from '../../contract/operation.ts'
import type { ContractModel } from '../../odcs/contract-model.ts'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** Contracts by content. The jobs obey the one row of a topic that is active or ahead of git; without one, git's draft. */
export const contractVersions = pgTable(
  'contract_versions',
  {
    topic: text('topic').notNull(),
    /** Of `yaml`, hex. */
    sha256: text('sha256').notNull(),
    version: text('version').notNull(),
    model: jsonb('model').$type<ContractModel>().notNull(),
    yaml: text('yaml').notNull(),
    state: text('state').$type<ContractState>().notNull(),
    source: text('source').$type<ContractSource>().notNull(),
    gitCommit: text('git_commit'),
    createdAt: at('created_at').notNull().defaultNow(),
    createdBy: jsonb('created_by').$type<OperationActor>(),
    activatedAt: at('activated_at'),
    activatedBy: jsonb('activated_by').$type<OperationActor>(),
    supersededAt: at('superseded_at'),
    migratedAt: at('migrated_at'),
    migrationVerifiedAt: at('migration_verified_at'),
    rowVersion: integer('row_version').notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.topic, t.sha256] })],
)
