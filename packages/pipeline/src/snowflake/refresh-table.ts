import type { SnowflakeTarget } from '@lean-ops/common/odcs/contract-model'
import type { SnowflakeSession } from './snowflake-session.ts'
import type { TableState } from './table-state.ts'

/** `none`: Snowflake refreshes by itself, or nothing was asked for. */
export type RefreshAction = 'none' | 'created' | 'refreshed' | 'repaired' | 'failed'

/** What the table's mode asks for: a REFRESH is refused while Snowflake refreshes by itself. Throws with Snowflake's message. */
export async function refreshTable(
  session: SnowflakeSession,
  table: SnowflakeTarget,
  { autoRefresh }: Pick<TableState, 'autoRefresh'>,
): Promise<RefreshAction> {
  if (autoRefresh === null) {
    await session.run({ kind: 'refreshTable', table })
    return 'refreshed'
  }
  // STALLED recovers by itself; only STOPPED needs somebody.
  if (autoRefresh.executionState !== 'STOPPED') return 'none'
  await session.run({ kind: 'setAutoRefresh', table, isOn: false })
  try {
    await session.run({ kind: 'refreshTable', table })
  } finally {
    // Also when the refresh fails: else the table would stand still with nobody to notice.
    await session.run({ kind: 'setAutoRefresh', table, isOn: true })
  }
  return 'repaired'
}
