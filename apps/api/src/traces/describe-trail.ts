import type { TraceStage, Trail } from '@lean-ops/common/contract/trace'
import type { TraceFacts, TraceLetter } from '@lean-ops/common/control-plane/traces/find-trace-facts'

export type RawRow = {
  messageId: string
  key: string | null
  ingestedAt: Date | null
  editRevision: number
  replayId: string | null
}
/** `undefined` = it could not be read; `null` = it was read and is not there. */
export type CuratedFound = {
  lookedIn: string
  row: { passId: string; passSeq: number; at: Date | null } | null | undefined
}
export type SemanticFound = {
  lookedIn: string
  row:
    | {
        messageId: string
        passId: string
        contractVersion: string
        at: Date | null
        snapshotId: string | null
      }
    | null
    | undefined
}

type Found = {
  topic: string
  messageId: string
  letter: TraceLetter | undefined
  rows: readonly RawRow[]
  rawLookedIn: string
  curated: CuratedFound
  semantic: SemanticFound
  facts: TraceFacts
}

/** What was found at each stage, as sentences. Pure. */
export function describeTrail(found: Found): Trail {
  return {
    topic: found.topic,
    messageId: found.messageId,
    stages: [
      inQueue(found),
      inDeadLetters(found),
      inRaw(found),
      inCurated(found),
      inSemantic(found),
      inSnowflake(found),
    ],
  }
}

const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null
const stage = (
  name: TraceStage['stage'],
  state: TraceStage['state'],
  text: string,
  lookedIn: string,
  more: Partial<Pick<TraceStage, 'at' | 'facts' | 'link'>> = {},
): TraceStage => ({ stage: name, state, text, lookedIn, at: null, facts: {}, link: null, ...more })

function inQueue({ rows, letter, facts }: Found): TraceStage {
  const looked = 'a queue cannot be looked into: SQS has no peek'
  if (rows.length > 0 || letter !== undefined)
    return stage('queue', 'found', 'It has left the queue.', looked)
  const { visible, collectedAt } = facts.waiting
  return stage(
    'queue',
    'unknown',
    visible === null
      ? 'It may still wait in its queue.'
      : `${visible} messages waited in its queue when it was last counted.`,
    looked,
    { at: iso(collectedAt && new Date(collectedAt)) },
  )
}

function inDeadLetters({ letter }: Found): TraceStage {
  const looked = 'dead letters, all'
  if (letter === undefined) return stage('dead letters', 'not found', 'It has never failed.', looked)
  return stage(
    'dead letters',
    'found',
    `It failed in ${letter.stage} (${letter.code}) and is ${letter.status.replaceAll('_', ' ')}.`,
    looked,
    {
      at: letter.lastFailedAt.toISOString(),
      facts: { deadLetterId: letter.id, code: letter.code, status: letter.status },
      link: `/dead-letters?id=${letter.id}`,
    },
  )
}

function inRaw({ rows, rawLookedIn }: Found): TraceStage {
  const [first] = rows
  if (first === undefined)
    return stage('RAW', 'not found', 'It is not in RAW as far as was looked.', rawLookedIn)
  const newest = rows.toSorted((a, b) => Number(b.ingestedAt ?? 0) - Number(a.ingestedAt ?? 0))[0] ?? first
  const copies = rows.length === 1 ? '' : ` It is there ${rows.length} times; copies collapse in curated.`
  return stage('RAW', 'found', `It landed in RAW.${copies}`, rawLookedIn, {
    at: iso(newest.ingestedAt),
    facts: { rows: rows.length, editRevision: newest.editRevision, replayId: newest.replayId },
  })
}

function inCurated({ rows, curated, facts }: Found): TraceStage {
  if (curated.row)
    return stage('curated', 'found', `Pass ${curated.row.passId} wrote it to curated.`, curated.lookedIn, {
      at: iso(curated.row.at),
      facts: { passId: curated.row.passId, passSeq: curated.row.passSeq },
    })
  if (curated.row === undefined)
    return stage('curated', 'unknown', 'Curated could not be read.', curated.lookedIn)
  if (rows.length === 0) return stage('curated', 'skipped', 'It has not come so far.', curated.lookedIn)
  return stage(
    'curated',
    facts.curated === null ? 'waiting' : 'not found',
    facts.curated === null
      ? 'No pass has read this topic yet.'
      : 'Not in curated: it waits for the next run, or could not be parsed (then it is a dead letter).',
    curated.lookedIn,
    { at: iso(facts.curated?.updatedAt), facts: { checkpointSeq: facts.curated?.passSeq ?? null } },
  )
}

function inSemantic({ messageId, letter, curated, semantic, facts }: Found): TraceStage {
  if (!facts.isGateOpen)
    return stage(
      'semantic',
      'skipped',
      'The topic has no active schema: it ends in curated.',
      semantic.lookedIn,
    )
  if (semantic.row === undefined)
    return stage('semantic', 'unknown', 'Semantic could not be read.', semantic.lookedIn)
  if (semantic.row !== null) {
    const { row } = semantic
    const isIt = row.messageId === messageId
    return stage(
      'semantic',
      'found',
      isIt
        ? `It is the row of its key (pass ${row.passId}).`
        : `A newer version of its key stands there: message ${row.messageId} superseded it.`,
      semantic.lookedIn,
      {
        at: iso(row.at),
        facts: {
          passId: row.passId,
          contractVersion: row.contractVersion,
          snapshotId: row.snapshotId,
          winner: row.messageId,
        },
      },
    )
  }
  if (!curated.row) return stage('semantic', 'skipped', 'It has not come so far.', semantic.lookedIn)
  if (letter !== undefined && letter.stage === 'semantic' && letter.status !== 'resolved')
    return stage('semantic', 'not found', `Its contract refused it (${letter.code}).`, semantic.lookedIn)
  const read = facts.semantic?.sourceSeq ?? 0
  return curated.row.passSeq > read
    ? stage(
        'semantic',
        'waiting',
        `Semantic has read curated up to pass ${read}; it comes with the next run.`,
        semantic.lookedIn,
      )
    : stage('semantic', 'not found', 'Semantic has read its pass and does not hold it.', semantic.lookedIn)
}

function inSnowflake({ semantic, facts }: Found): TraceStage {
  const looked = 'what the last look at Snowflake said'
  if (facts.snowflake === null)
    return stage(
      'Snowflake',
      'skipped',
      'Its contract names no table in Snowflake, or none was made yet.',
      looked,
    )
  if (!semantic.row) return stage('Snowflake', 'skipped', 'It has not come so far.', looked)
  const { state, expected, seen, collectedAt } = facts.snowflake
  const more = { at: iso(collectedAt && new Date(collectedAt)), facts: { verdict: state, expected, seen } }
  if (collectedAt === null) return stage('Snowflake', 'unknown', 'Nobody has looked yet.', looked, more)
  return state === 'in_sync'
    ? stage('Snowflake', 'found', 'Snowflake shows the newest semantic snapshot.', looked, more)
    : stage('Snowflake', 'waiting', `Snowflake is ${state.replaceAll('_', ' ')}.`, looked, more)
}
