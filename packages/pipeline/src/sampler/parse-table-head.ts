import { AppError } from '@lean-ops/common/errors/app-error'
import { isLosslessNumber, parse } from 'lossless-json'
import { z } from 'zod'

export type TableHead = {
  /** Null for a table without a commit. */
  snapshotId: string | null
  rows: number | null
  committedAt: Date | null
  /** The main branch before it, oldest first, as far as it has not expired and says its rows. */
  earlier: { snapshotId: string; rows: number }[]
}

/** A number as its exact text: `JSON.parse` would round 64-bit ids. */
const ExactNumber = z.custom<{ value: string }>(isLosslessNumber).transform((n) => n.value)

const int64Max = 2n ** 63n - 1n

/** What Iceberg calls a long. Anything else would fail the database's statement for all topics, so it fails here, for its own. */
const SnapshotId = ExactNumber.refine((n) => n === '-1' || (/^\d{1,19}$/.test(n) && BigInt(n) <= int64Max), {
  error: 'is no 64-bit snapshot id',
})

const Metadata = z.object({
  'current-snapshot-id': SnapshotId.nullish(),
  snapshots: z
    .array(
      z.object({
        'snapshot-id': SnapshotId,
        'parent-snapshot-id': SnapshotId.nullish(),
        'timestamp-ms': ExactNumber,
        summary: z.object({ 'total-records': z.string().optional() }).optional(),
      }),
    )
    .default([]),
})

/** The current snapshot of an Iceberg `metadata.json` (format v2). Throws on text that is none. */
export function parseTableHead(text: string): TableHead {
  const metadata = Metadata.parse(parse(text))
  const current = metadata['current-snapshot-id']
  // Writers say "no snapshot yet" as null, as an absent field or, the Java library, as -1.
  if (current === undefined || current === null || current === '-1')
    return { snapshotId: null, rows: 0, committedAt: null, earlier: [] }
  const byId = new Map(metadata.snapshots.map((s) => [s['snapshot-id'], s]))
  const snapshot = byId.get(current)
  if (snapshot === undefined)
    throw new AppError('UNAVAILABLE', `the metadata names snapshot ${current} and does not contain it`)
  const earlier: TableHead['earlier'] = []
  // A chain that names itself would never end.
  for (let at = snapshot; byId.delete(at['snapshot-id']); ) {
    const parent = byId.get(at['parent-snapshot-id'] ?? '')
    if (parent === undefined) break
    const rows = rowsOf(parent)
    if (rows !== null) earlier.push({ snapshotId: parent['snapshot-id'], rows })
    at = parent
  }
  return {
    snapshotId: current,
    rows: rowsOf(snapshot),
    committedAt: new Date(Number(snapshot['timestamp-ms'])),
    earlier: earlier.reverse(),
  }
}

function rowsOf({ summary }: z.infer<typeof Metadata>['snapshots'][number]): number | null {
  const total = summary?.['total-records']
  return total !== undefined && /^\d{1,15}$/.test(total) ? Number(total) : null
}
