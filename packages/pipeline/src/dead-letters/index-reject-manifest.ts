import { findReplayAttempts } from '@lean-ops/common/control-plane/dead-letters/find-replay-attempts'
import { settleHealed } from '@lean-ops/common/control-plane/dead-letters/settle-healed'
import { settleReplays } from '@lean-ops/common/control-plane/dead-letters/settle-replays'
import { AppError } from '@lean-ops/common/errors/app-error'
import { parseS3Uri } from '@lean-ops/common/lake/parse-s3-uri'
import {
  type RejectedMessage,
  RejectLine,
  RejectManifest,
  type SettledReplay,
} from '@lean-ops/common/messages/reject-manifest'
import { archiveReports } from './archive-reports.ts'
import type { ErrorObject, IndexDeps, Indexed } from './index-error-object.ts'
import { isIndexed, markIndexed } from './indexed-objects.ts'
import { getObject, type StoredObject } from './read-object.ts'
import { recordInParts } from './record-in-parts.ts'
import { reportReject } from './report-reject.ts'
import { splitLines } from './split-lines.ts'

/** A page is one archive object, one transaction of rejects and one of settled replays. */
const pageLinesMax = 500
const pageBytesMax = 4 * 1024 * 1024

/** True for the one object of a pass that says what counts: `rejects/<passId>/manifest.json`. */
export const isRejectManifest = (key: string): boolean => /^rejects\/[^/]+\/manifest\.json$/.test(key)

/**
 * Reads a pass's rejects as its manifest names them: refused messages become dead letters of their layer, replays that got
 * through are settled. Once per content of the manifest; repeating it changes nothing. Throws what S3 and the database
 * throw, and when a part is missing or cannot be read: the announcement then stays in its queue.
 */
export async function indexRejectManifest(object: ErrorObject, deps: IndexDeps): Promise<Indexed> {
  const answer = await getObject(object, deps)
  const result = { records: 0, recorded: 0, duplicates: 0, refused: 0, isGone: answer === undefined }
  if (answer === undefined || (await isIndexed(object, answer.etag, deps.db))) return result
  const manifest = await readManifest(answer)
  for (const uri of manifest.parts) {
    const counts = await indexPart(uri, manifest.passId, deps)
    result.records += counts.records
    result.recorded += counts.recorded
    result.duplicates += counts.duplicates
    result.refused += counts.refused
  }
  if (result.refused === 0) await markIndexed(object, answer.etag, result.records, deps.db)
  return result
}

async function readManifest(answer: StoredObject): Promise<RejectManifest> {
  const chunks: Uint8Array[] = []
  for await (const chunk of answer.body) chunks.push(chunk)
  return RejectManifest.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
}

type Counts = { records: number; recorded: number; duplicates: number; refused: number }

async function indexPart(uri: string, passId: string, deps: IndexDeps): Promise<Counts> {
  const counts: Counts = { records: 0, recorded: 0, duplicates: 0, refused: 0 }
  const part = await getObject(parseS3Uri(uri), deps)
  if (part === undefined)
    throw new AppError('UNAVAILABLE', `the manifest of ${passId} names ${uri}: it is not there`)
  let page: RejectLine[] = []
  let bytes = 0
  const flush = async () => {
    const { recorded, duplicates, refused } = await indexPage(page, passId, part.writtenAt, deps)
    counts.records += page.length
    counts.recorded += recorded
    counts.duplicates += duplicates
    counts.refused += refused.length
    page = []
    bytes = 0
  }
  for await (const line of splitLines(part.body)) {
    page.push(RejectLine.parse(JSON.parse(line.bytes.toString('utf8'))))
    bytes += line.bytes.length
    if (page.length >= pageLinesMax || bytes >= pageBytesMax) await flush()
  }
  if (page.length > 0) await flush()
  return counts
}

async function indexPage(page: readonly RejectLine[], passId: string, writtenAt: Date, deps: IndexDeps) {
  const rejects = page.filter((line): line is RejectedMessage => line.kind === 'reject')
  const recorded = await recordRejects(rejects, passId, writtenAt, deps)
  for (const stage of ['curated', 'semantic'] as const)
    await settle(
      stage,
      page.filter((line): line is SettledReplay => line.kind === 'settled' && line.stage === stage),
      writtenAt,
      deps,
    )
  return recorded
}

async function recordRejects(
  rejects: readonly RejectedMessage[],
  passId: string,
  writtenAt: Date,
  deps: IndexDeps,
) {
  if (rejects.length === 0) return { recorded: 0, duplicates: 0, refused: [] }
  const lines = rejects.map((line) => reportReject(line, passId, writtenAt))
  const attempts = await findReplayAttempts(
    deps.db,
    lines.map(({ report }) => report),
  )
  const letters = lines.map(({ report, system }, n) => ({
    report: { ...report, attempt: attempts[n] ?? 0 },
    lineageText: null,
    system,
  }))
  return recordInParts(deps.db, await archiveReports(letters, deps))
}

/** With a replay id: proof for that replay. Without: a message that was refused before and passes now, nothing was sent. */
async function settle(
  stage: 'curated' | 'semantic',
  lines: readonly SettledReplay[],
  writtenAt: Date,
  deps: IndexDeps,
): Promise<void> {
  const replays = lines.flatMap(({ topic, messageId, replayId }) =>
    replayId == null ? [] : [{ topic, messageId, replayId }],
  )
  const healed = lines.filter((line) => line.replayId == null)
  if (replays.length > 0) await settleReplays(deps.db, stage, replays)
  if (healed.length > 0) await settleHealed(deps.db, { stage, messages: healed, before: writtenAt })
}
