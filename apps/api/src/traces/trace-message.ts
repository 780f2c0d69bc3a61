import { allowedOwners } from '@lean-ops/common/contract/permissions'
import type { Trace, TraceQuery, Trail } from '@lean-ops/common/contract/trace'
import { topics as topicTable } from '@lean-ops/common/control-plane/schema/topics'
import {
  findTraceFacts,
  findTraceLetters,
  type TraceLetter,
} from '@lean-ops/common/control-plane/traces/find-trace-facts'
import { AppError } from '@lean-ops/common/errors/app-error'
import { findRows } from '@lean-ops/common/lake/find-rows'
import { findTable } from '@lean-ops/common/lake/find-table'
import { and, inArray, isNull } from 'drizzle-orm'
import type { ApiDeps } from '../api-deps.ts'
import type { Actor } from '../app-env.ts'
import { describeTrail, type RawRow } from './describe-trail.ts'
import { findInCurated } from './find-in-curated.ts'
import { findInSemantic } from './find-in-semantic.ts'

/** One request reads RAW so long at most; what it did not reach it says, and the next one goes on there. */
const searchMs = 8_000
/** The later stages have time of their own: a long search of RAW must not hide what lies behind it. */
const followMs = 8_000
/** Without a topic every topic would have to be searched: only where these are few. */
const topicsMax = 5
const rowsMax = 20

type Topic = { topic: string; tableName: string; owner: string }

/**
 * The way of a message through every stage, each with what was looked in. Reads RAW by the day, the deciding columns only. Throws
 * FORBIDDEN for a business key without payload:read, UNPROCESSABLE when a topic has to be named.
 */
export async function traceMessage(
  deps: ApiDeps,
  actor: Actor,
  id: string,
  query: TraceQuery,
): Promise<Trace> {
  const owners = allowedOwners(actor.grants, query.by === 'key' ? 'payload:read' : 'topic:read')
  if (query.by === 'key' && owners !== '*' && owners.length === 0)
    throw new AppError('FORBIDDEN', 'A search by business key needs the permission payload:read.', {
      context: { permission: 'payload:read', reason: 'NO_PERMISSION' },
    })
  const letters = await findTraceLetters(deps.db, { id, by: query.by, topic: query.topic, owners })
  const topics = await findTopics(deps, owners, query.topic, letters)
  const mayGoOn = within(searchMs)
  const lookedIn: string[] = []
  const searches: { topic: Topic; search: RawSearch }[] = []
  const trails: Trail[] = []
  let continueBefore: string | null = null
  for (const topic of topics) {
    const search = await searchRaw(deps, topic, id, query, letters, mayGoOn)
    lookedIn.push(search.lookedIn)
    if (search.stoppedAt !== null && (continueBefore === null || search.stoppedAt > continueBefore))
      continueBefore = search.stoppedAt
    searches.push({ topic, search })
  }
  const mayFollow = within(followMs)
  for (const { topic, search } of searches)
    trails.push(...(await followAll(deps, topic, search, letters, mayFollow)))
  return { id, trails, lookedIn: ['dead letters, all', ...lookedIn], continueBefore }
}

function within(ms: number): () => boolean {
  const ends = Date.now() + ms
  return () => Date.now() < ends
}

async function findTopics(
  deps: ApiDeps,
  owners: '*' | readonly string[],
  named: string | undefined,
  letters: readonly TraceLetter[],
): Promise<Topic[]> {
  const names = named === undefined ? [...new Set(letters.map((l) => l.topic))] : [named]
  const rows = await deps.db
    .select({ topic: topicTable.topic, tableName: topicTable.tableName, owner: topicTable.owner })
    .from(topicTable)
    .where(
      and(
        isNull(topicTable.removedAt),
        owners === '*' ? undefined : inArray(topicTable.owner, [...owners]),
        names.length === 0 ? undefined : inArray(topicTable.topic, names),
      ),
    )
    .limit(topicsMax + 1)
  if (named !== undefined && rows.length === 0)
    throw new AppError('UNPROCESSABLE', `There is no topic "${named}" that you may see.`)
  if (rows.length > topicsMax)
    throw new AppError(
      'UNPROCESSABLE',
      'No dead letter has this id: name the topic whose RAW table is to be searched.',
      {
        context: { reason: 'TOPIC_NEEDED' },
      },
    )
  return rows
}

type RawSearch = { rows: RawRow[]; lookedIn: string; stoppedAt: string | null }

async function searchRaw(
  deps: ApiDeps,
  topic: Topic,
  id: string,
  query: TraceQuery,
  letters: readonly TraceLetter[],
  mayGoOn: () => boolean,
): Promise<RawSearch> {
  const { databases } = deps.pipeline
  const name = `RAW ${topic.topic}`
  const days = dayRange(query)
  const said = days ? `, ${days.from} … ${days.to}` : ', every day'
  try {
    const table = await findTable(deps.pipeline, databases.raw, topic.tableName)
    if (table === undefined) return { rows: [], lookedIn: `${name}: there is no table yet`, stoppedAt: null }
    const ids = new Set([id, ...letters.filter((l) => l.topic === topic.topic).map((l) => l.messageId)])
    const isKey = query.by === 'key'
    const decide = isKey ? ['idempotency_key'] : ['message_id', 'sqs_message_id', 'replay_id']
    const search = await findRows(deps.pipeline, table, {
      match: {
        columns: decide,
        test: (row) =>
          isKey ? row.idempotency_key === id : decide.some((column) => ids.has(String(row[column] ?? ''))),
      },
      columns: [
        'message_id',
        'idempotency_key',
        'ingestion_ts',
        'publish_time',
        'edit_revision',
        'replay_id',
      ],
      filter: days === undefined ? {} : { days },
      mayGoOn,
      rowsMax,
    })
    return {
      rows: search.rows.map(toRawRow),
      lookedIn: `${name}${said}: ${search.files} files${search.stoppedAt === null ? '' : `, up to the day ${search.stoppedAt} (not searched)`}`,
      stoppedAt: search.rows.length > 0 ? null : search.stoppedAt,
    }
  } catch (error) {
    if (error instanceof AppError && error.code === 'INTERNAL') throw error
    return {
      rows: [],
      lookedIn: `${name} could not be read: ${error instanceof Error ? error.name : 'unknown'}`,
      stoppedAt: null,
    }
  }
}

function dayRange({ day, before }: TraceQuery): { from: string; to: string } | undefined {
  if (day !== undefined) return { from: day, to: day }
  // The day itself again: it may not have been searched to its end.
  return before === undefined ? undefined : { from: '0001-01-01', to: before }
}

const toRawRow = (row: Record<string, unknown>): RawRow => ({
  messageId: String(row.message_id),
  key: typeof row.idempotency_key === 'string' ? row.idempotency_key : null,
  ingestedAt: row.ingestion_ts instanceof Date ? row.ingestion_ts : null,
  editRevision: Number(row.edit_revision ?? 0),
  replayId: typeof row.replay_id === 'string' ? row.replay_id : null,
})

/** A trail per message: those with rows in RAW, and dead letters that never came so far. */
async function followAll(
  deps: ApiDeps,
  topic: Topic,
  search: RawSearch,
  letters: readonly TraceLetter[],
  mayGoOn: () => boolean,
): Promise<Trail[]> {
  const mine = letters.filter((letter) => letter.topic === topic.topic)
  const ids = [...new Set([...search.rows.map((row) => row.messageId), ...mine.map((l) => l.messageId)])]
  if (ids.length === 0) return []
  const facts = await findTraceFacts(deps.db, topic.topic)
  return Promise.all(
    ids.map(async (messageId) => {
      const rows = search.rows.filter((row) => row.messageId === messageId)
      const curated = await findInCurated(deps, topic, messageId, rows, mayGoOn)
      const semantic = await findInSemantic(deps, topic, messageId, rows, facts, mayGoOn)
      return describeTrail({
        topic: topic.topic,
        messageId,
        letter: mine.find((letter) => letter.messageId === messageId),
        rows,
        rawLookedIn: search.lookedIn,
        curated,
        semantic,
        facts,
      })
    }),
  )
}
