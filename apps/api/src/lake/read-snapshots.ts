import type { TopicSnapshots } from '@lean-ops/common/contract/topic-lake'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { checkpoints } from '@lean-ops/common/control-plane/schema/checkpoints'
import { findTable, type LakeTable } from '@lean-ops/common/lake/find-table'
import { eq } from 'drizzle-orm'
import type { PipelineReads } from './lake-reads.ts'

type Deps = { db: Database; pipeline: PipelineReads; now: () => Date }
type LayerView = TopicSnapshots['layers'][number]

/**
 * The newest commits of a topic's three tables beside how far each layer has come. Metadata is read live: two small reads per
 * table, and one that fails leaves the others.
 */
export async function readSnapshots(
  deps: Deps,
  topic: { topic: string; tableName: string },
  limit: number,
): Promise<TopicSnapshots> {
  const rows = await deps.db.select().from(checkpoints).where(eq(checkpoints.topic, topic.topic))
  const { databases } = deps.pipeline
  const tables = [
    { layer: 'raw' as const, database: databases.raw, table: topic.tableName },
    { layer: 'curated' as const, database: databases.curated, table: `${topic.tableName}__versions` },
    { layer: 'semantic' as const, database: databases.semantic, table: topic.tableName },
  ]
  const layers = await Promise.all(
    tables.map(async (place): Promise<LayerView> => {
      const row = rows.find((r) => r.layer === place.layer)
      const checkpoint = row
        ? {
            passSeq: row.passSeq,
            passId: row.passId,
            sourceSnapshotId: text(row.sourceSnapshotId),
            sourceSeq: row.sourceSeq,
            headSnapshotId: text(row.headSnapshotId),
            contractVersion: row.contractVersion,
            updatedAt: row.updatedAt.toISOString(),
          }
        : null
      try {
        const found = await findTable(deps.pipeline, place.database, place.table)
        return { ...place, checkpoint, error: null, ...describeTable(found, limit) }
      } catch (error) {
        return {
          ...place,
          checkpoint,
          exists: checkpoint !== null,
          headSnapshotId: checkpoint?.headSnapshotId ?? null,
          totalRows: row?.headRows ?? null,
          snapshots: [],
          error: `its metadata cannot be read: ${error instanceof Error ? error.name : 'unknown'}`,
        }
      }
    }),
  )
  return { topic: topic.topic, readAt: deps.now().toISOString(), layers }
}

const text = (id: bigint | null): string | null => (id === null ? null : id.toString())
const count = (value: string | undefined): number | null => (value === undefined ? null : Number(value))

function describeTable(
  table: LakeTable | undefined,
  limit: number,
): Pick<LayerView, 'exists' | 'headSnapshotId' | 'totalRows' | 'snapshots'> {
  return {
    exists: table !== undefined,
    headSnapshotId: table?.head?.id ?? null,
    totalRows: count(table?.head?.summary['total-records']),
    snapshots: [...(table?.snapshots ?? [])]
      .sort((a, b) => b.at.getTime() - a.at.getTime())
      .slice(0, limit)
      .map((s) => ({
        id: s.id,
        parentId: s.parentId,
        at: s.at.toISOString(),
        operation: s.operation,
        addedRows: count(s.summary['added-records']),
        totalRows: count(s.summary['total-records']),
        totalFiles: count(s.summary['total-data-files']),
        passId: s.summary['lean-ops.pass-id'] ?? null,
      })),
  }
}
