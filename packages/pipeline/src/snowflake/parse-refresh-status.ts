import { isLosslessNumber, parse } from 'lossless-json'
import { z } from 'zod'
import type { TableState } from './table-state.ts'

/** Text or number: the page shows text for all of them, its older version numbers for some. Ids keep every digit. */
const Text = z
  .union([z.string(), z.custom<{ value: string }>(isLosslessNumber).transform((n) => n.value)])
  .nullish()
  .transform((value) => (value === undefined || value === '' ? null : value))

const Status = z.object({
  executionState: z.string(),
  invalidExecutionStateReason: Text,
  pendingSnapshotCount: Text,
  currentSnapshotId: Text,
  currentMetadataFile: Text,
})

type RefreshStatus = Pick<TableState, 'autoRefresh' | 'snapshotId' | 'metadataFile'>

/** The answer of SYSTEM$AUTO_REFRESH_STATUS, also in SHOW's column; empty = automatic refresh is off. Throws on other text. */
export function parseRefreshStatus(text: unknown): RefreshStatus {
  if (text === null || text === undefined || text === '')
    return { autoRefresh: null, snapshotId: null, metadataFile: null }
  const status = Status.parse(parse(z.string().parse(text)))
  return {
    autoRefresh: {
      executionState: status.executionState,
      reason: status.invalidExecutionStateReason,
      pendingSnapshots: status.pendingSnapshotCount === null ? null : Number(status.pendingSnapshotCount),
    },
    snapshotId: status.currentSnapshotId,
    metadataFile: status.currentMetadataFile,
  }
}
