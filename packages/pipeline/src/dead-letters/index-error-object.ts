import type { Database } from '@lean-ops/common/control-plane/connect'
import { findReplayAttempts } from '@lean-ops/common/control-plane/dead-letters/find-replay-attempts'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { type ArchiveDeps, archiveReports } from './archive-reports.ts'
import { isIndexed, markIndexed } from './indexed-objects.ts'
import { getObject } from './read-object.ts'
import { recordInParts } from './record-in-parts.ts'
import { type ReportedLine, reportErrorLine } from './report-error-line.ts'
import { splitLines } from './split-lines.ts'

export type IndexDeps = ArchiveDeps & { db: Database; registry: TopicRegistry }
export type ErrorObject = { bucket: string; key: string }
export type Indexed = {
  records: number
  recorded: number
  duplicates: number
  refused: number
  isGone: boolean
}

/** One archive object and one transaction per page; Firehose's objects can be 64 MB, ours never are. */
const pageRecordsMax = 500
const pageBytesMax = 4 * 1024 * 1024

/**
 * Reads an error object line by line and indexes each record once, however often the object is announced. Marks it as
 * indexed when its last line is in. Throws what S3 and the database throw: the announcement then stays in its queue.
 */
export async function indexErrorObject(object: ErrorObject, deps: IndexDeps): Promise<Indexed> {
  const answer = await getObject(object, deps)
  const result = { records: 0, recorded: 0, duplicates: 0, refused: 0, isGone: answer === undefined }
  if (answer === undefined || (await isIndexed(object, answer.etag, deps.db))) return result
  let page: ReportedLine[] = []
  let pageBytes = 0
  const flush = async () => {
    const counts = await indexPage(page, deps)
    result.records += page.length
    result.recorded += counts.recorded
    result.duplicates += counts.duplicates
    result.refused += counts.refused.length
    page = []
    pageBytes = 0
  }
  for await (const line of splitLines(answer.body)) {
    page.push(reportErrorLine(line.bytes, { ...object, number: line.number }, deps.registry, deps.now()))
    pageBytes += line.bytes.length
    if (page.length >= pageRecordsMax || pageBytes >= pageBytesMax) await flush()
  }
  await flush()
  // A refused record stays unindexed on purpose: the object is announced again and ends in the indexer's own DLQ.
  if (result.refused === 0) await markIndexed(object, answer.etag, result.records, deps.db)
  return result
}

async function indexPage(page: readonly ReportedLine[], deps: IndexDeps) {
  const attempts = await findReplayAttempts(
    deps.db,
    page.map(({ report }) => report),
  )
  const letters = page.map(({ report, system }, n) => ({
    report: { ...report, attempt: attempts[n] ?? 0 },
    lineageText: null,
    system,
  }))
  return recordInParts(deps.db, await archiveReports(letters, deps))
}
