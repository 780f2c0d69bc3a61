import { findRows } from '@lean-ops/common/lake/find-rows'
import { findTable } from '@lean-ops/common/lake/find-table'
import type { ApiDeps } from '../api-deps.ts'
import type { CuratedFound, RawRow } from './describe-trail.ts'

/** The pass that wrote a message to `__versions`, looked for in the days of its rows in RAW. */
export async function findInCurated(
  deps: ApiDeps,
  topic: { tableName: string },
  messageId: string,
  rows: readonly RawRow[],
  mayGoOn: () => boolean,
): Promise<CuratedFound> {
  const name = `${topic.tableName}__versions`
  const days = rows
    .flatMap((row) => (row.ingestedAt === null ? [] : [row.ingestedAt.toISOString().slice(0, 10)]))
    .sort()
  const [from] = days
  const to = days.at(-1)
  if (from === undefined || to === undefined) return { lookedIn: `${name}: nothing to look for`, row: null }
  const lookedIn = `${name}, ${from} … ${to}`
  try {
    const table = await findTable(deps.pipeline, deps.pipeline.databases.curated, name)
    if (table === undefined) return { lookedIn: `${name}: there is no table yet`, row: null }
    const found = await findRows(deps.pipeline, table, {
      match: { columns: ['message_id'], test: (row) => row.message_id === messageId },
      columns: ['pass_id', 'pass_seq', 'curated_at', 'edit_revision'],
      filter: { days: { from, to } },
      mayGoOn,
      rowsMax: 20,
    })
    const newest = found.rows.toSorted((a, b) => Number(b.pass_seq) - Number(a.pass_seq))[0]
    if (newest === undefined && found.stoppedAt !== null)
      return { lookedIn: `${lookedIn}: cut short, not every file was read`, row: undefined }
    return {
      lookedIn,
      row: newest
        ? {
            passId: String(newest.pass_id),
            passSeq: Number(newest.pass_seq),
            at: newest.curated_at instanceof Date ? newest.curated_at : null,
          }
        : null,
    }
  } catch (error) {
    return {
      lookedIn: `${name} could not be read: ${error instanceof Error ? error.name : 'unknown'}`,
      row: undefined,
    }
  }
}
