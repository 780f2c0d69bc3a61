import type { SnowflakeTarget } from '@lean-ops/common/odcs/contract-model'

/** Words of SYSTEM$AUTO_REFRESH_STATUS; another one is shown as it is and counts as not known to be good. */
export type ExecutionState =
  | 'RUNNING'
  | 'STALLED'
  | 'STOPPED'
  | 'ICEBERG_TABLE_NOT_INITIALIZED'
  | (string & {})

/** A table as Snowflake reports it. Snapshot ids are text. */
export type TableState = {
  /** Null = automatic refresh is off. */
  autoRefresh: {
    executionState: ExecutionState
    /** Snowflake's reason for STALLED and STOPPED. */
    reason: string | null
    pendingSnapshots: number | null
  } | null
  /** The snapshot that a query would read; null = not known (from this source). */
  snapshotId: string | null
  /** File name or path of the metadata in use; null = not known. */
  metadataFile: string | null
  /** Snowflake's reason why the table cannot be queried. */
  invalidReason: string | null
}

/** One key per table, whatever the case in the contract. */
export const tableKey = ({ database, schema, table }: SnowflakeTarget): string =>
  [database, schema, table].map((part) => part.toUpperCase()).join('.')
