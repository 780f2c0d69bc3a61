import type { SnowflakeState } from '@lean-ops/common/contract/snowflake-state'
import type { SnapshotChain } from './snapshot-chain.ts'
import type { TableState } from './table-state.ts'

export type SyncVerdict = {
  state: SnowflakeState
  /** Snapshots between what Snowflake shows and what it should show; null = not countable. 0 only when in sync. */
  behindBy: number | null
}

type Sight = {
  /** The semantic table's main branch now; undefined = there is no such table (yet). */
  chain: SnapshotChain | undefined
  /** The snapshot that Snowflake should show; null = the newest of the chain. */
  expected: string | null
  /** Undefined = Snowflake has no such table. */
  table: TableState | undefined
}

/**
 * Does Snowflake show what it should? Later than expected is in sync, too: the table has gone on since. What cannot be
 * told is `unknown` and never `in_sync`. A stopped refresh is `stopped` even while nothing is missing yet: it will not
 * notice the next commit.
 */
export function judgeSync({ chain, expected, table }: Sight): SyncVerdict {
  if (table === undefined) return { state: 'missing', behindBy: null }
  const behindBy = countBehind(chain, expected, table.snapshotId)
  if (table.invalidReason !== null || table.autoRefresh?.executionState === 'ICEBERG_TABLE_NOT_INITIALIZED')
    return { state: 'failed', behindBy }
  if (table.autoRefresh?.executionState === 'STOPPED') return { state: 'stopped', behindBy }
  if (behindBy === 0) return { state: 'in_sync', behindBy }
  if (behindBy !== null) return { state: 'behind', behindBy }
  // A snapshot that is no longer in the history is an older one; one that never was (a rollback) is anybody's guess.
  return { state: chain?.isTruncated && table.snapshotId !== null ? 'behind' : 'unknown', behindBy }
}

function countBehind(
  chain: SnapshotChain | undefined,
  expected: string | null,
  seen: string | null,
): number | null {
  if (chain === undefined) return null
  const newest = chain.ids[0]
  // An empty table: nothing to see, nothing seen.
  if (newest === undefined) return seen === null && expected === null ? 0 : null
  if (seen === null) return null
  const expectedAt = chain.ids.indexOf(expected ?? newest)
  const seenAt = chain.ids.indexOf(seen)
  if (expectedAt === -1 || seenAt === -1) return seen === expected ? 0 : null
  return Math.max(0, seenAt - expectedAt)
}
