import { findTable } from '@lean-ops/common/lake/find-table'
import type { LakeDeps } from '@lean-ops/common/lake/lake-deps'
import { readAvro } from '@lean-ops/common/lake/read-avro'
import { readDataFile } from '@lean-ops/common/lake/read-data-file'
import { z } from 'zod'

export type RawReaderDeps = LakeDeps & { rawDatabase: string }

/**
 * Rows that were appended to a RAW table at or after `since`, some columns only: read from the data files that the snapshots of that time
 * added, so the cost follows what is new and not the table's size. Pages of some thousand rows.
 */
export async function* readAppendedRows(
  deps: RawReaderDeps,
  request: { table: string; since: Date; columns: readonly string[] },
): AsyncGenerator<Record<string, unknown>[]> {
  const table = await findTable(deps, deps.rawDatabase, request.table)
  // Compaction adds files, too, but no rows.
  const recent = (table?.snapshots ?? []).filter((s) => s.at >= request.since && s.operation !== 'replace')
  for (const snapshot of recent) {
    for (const manifest of await readAvro(deps.s3, snapshot.manifestList)) {
      // A snapshot lists the manifests of its ancestors too; its own are those it added.
      if (String(manifest.added_snapshot_id) !== snapshot.id || Number(manifest.content ?? 0) !== 0) continue
      for (const entry of await readAvro(deps.s3, String(manifest.manifest_path))) {
        if (Number(entry.status) !== added) continue
        const file = DataFile.parse(entry.data_file)
        for await (const { rows } of readDataFile(deps.s3, file, request.columns)) yield rows
      }
    }
  }
}

/** Iceberg's word for "added by this snapshot" in a manifest entry. */
const added = 1

const DataFile = z
  .looseObject({
    file_path: z.string(),
    file_size_in_bytes: z.union([z.number(), z.bigint()]).transform(Number),
  })
  .transform((file) => ({ url: file.file_path, bytes: file.file_size_in_bytes }))
