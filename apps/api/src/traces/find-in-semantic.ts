import type { TraceFacts } from '@lean-ops/common/control-plane/traces/find-trace-facts'
import { bucketOf } from '@lean-ops/common/lake/bucket-of'
import { dropDeleted, findRows } from '@lean-ops/common/lake/find-rows'
import { findTable } from '@lean-ops/common/lake/find-table'
import type { ApiDeps } from '../api-deps.ts'
import type { RawRow, SemanticFound } from './describe-trail.ts'

/**
 * The typed row of a message's key: one bucket of the table is read. Where the key is classified its hash stands in the table, so
 * there the message id decides, over all buckets.
 */
export async function findInSemantic(
  deps: ApiDeps,
  topic: { tableName: string },
  messageId: string,
  rows: readonly RawRow[],
  facts: TraceFacts,
  mayGoOn: () => boolean,
): Promise<SemanticFound> {
  if (!facts.isGateOpen) return { lookedIn: 'not looked: the gate is closed', row: null }
  const [first] = rows
  if (first === undefined) return { lookedIn: `${topic.tableName}: nothing to look for`, row: null }
  const mergeKey = first.key === null ? `m:${messageId}` : `k:${first.key}`
  try {
    const table = await findTable(deps.pipeline, deps.pipeline.databases.semantic, topic.tableName)
    if (table === undefined) return { lookedIn: `${topic.tableName}: there is no table yet`, row: null }
    const buckets = Number(
      /^bucket\[(\d+)\]$/.exec([...table.specs.values()].flat()[0]?.transform ?? '')?.[1],
    )
    const filter = Number.isInteger(buckets) ? { bucket: bucketOf(mergeKey, buckets) } : {}
    let isCutShort = false
    const search = async (narrow: { bucket?: number }, test: (row: Record<string, unknown>) => boolean) => {
      const found = await findRows(deps.pipeline, table, {
        match: { columns: ['merge_key', 'message_id'], test },
        columns: ['message_id', 'pass_id', 'contract_version', 'last_updated_ts'],
        filter: narrow,
        mayGoOn,
        rowsMax: 20,
      })
      if (found.stoppedAt !== null) isCutShort = true
      return dropDeleted(deps.pipeline, table, narrow, found.rows)
    }
    const byKey = await search(filter, (row) => row.merge_key === mergeKey)
    const [row] = byKey.length > 0 ? byKey : await search({}, (r) => r.message_id === messageId)
    if (row === undefined && isCutShort)
      return { lookedIn: `${topic.tableName}: cut short, not every file was read`, row: undefined }
    return {
      lookedIn: `${topic.tableName}, ${byKey.length > 0 ? 'the bucket of its key' : 'every bucket'}, snapshot ${table.head?.id ?? 'none'}`,
      row: row
        ? {
            messageId: String(row.message_id),
            passId: String(row.pass_id),
            contractVersion: String(row.contract_version),
            at: row.last_updated_ts instanceof Date ? row.last_updated_ts : null,
            snapshotId: table.head?.id ?? null,
          }
        : null,
    }
  } catch (error) {
    return {
      lookedIn: `${topic.tableName} could not be read: ${error instanceof Error ? error.name : 'unknown'}`,
      row: undefined,
    }
  }
}
