import { sql } from 'drizzle-orm'
import type { JobKind, JobParameters } from '../../contract/operation.ts'
import { operationKindFacts } from '../../contract/operation-facts.ts'
import type { PlanSelection } from '../../contract/plan.ts'
import type { RunState, TopicOutcome } from '../../contract/run.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Database } from '../connect.ts'
import type { OwnerScope } from '../dead-letters/filter-to-sql.ts'

/** What an item of a job stands for. `key` names what the job occupies: two live operations cannot have the same one. */
export type JobTarget = { key: string; topic: string }

export type TargetTopic = {
  topic: string
  owner: string
  isPaused: boolean
  isGateOpen: boolean
  hasSnowflake: boolean
  /** Execution that holds the topic now. */
  heldBy: string | null
  /** What came of it in the selected run. */
  outcome: TopicOutcome | null
}

export type TargetRun = { execution: string; state: RunState; endedIn: string | null; topics: string[] }

export type JobTargets = {
  targets: JobTarget[]
  topics: TargetTopic[]
  refused: { owner: string; count: number }[]
  run: TargetRun | undefined
}

type Request = {
  kind: JobKind
  selection: PlanSelection
  readOwners: OwnerScope
  actOwners: OwnerScope
}

/**
 * What a job would act on, as the database says now: the same question when it is planned and when it is confirmed. Throws
 * NOT_FOUND for a run that nobody may see, UNPROCESSABLE for a selection of another sort than the kind's.
 */
export async function findJobTargets(db: Database, request: Request): Promise<JobTargets> {
  const { kind, selection } = request
  const { selects } = operationKindFacts[kind]
  if (selection.by !== (selects === 'run' ? 'run' : 'topics'))
    throw new AppError('UNPROCESSABLE', `${kind} acts on ${selects === 'run' ? 'a run' : selects}.`)
  const run = selection.by === 'run' ? await findRun(db, selection.execution) : undefined
  const names = selection.by === 'topics' ? selection.topics : (run?.topics ?? [])
  const seen = await listTopics(db, names, run?.execution, request.readOwners)
  if (run !== undefined && seen.length === 0)
    throw new AppError('NOT_FOUND', 'There is no such run.', { context: { execution: run.execution } })
  const { actOwners } = request
  const isMine = (topic: TargetTopic) => actOwners === '*' || actOwners.includes(topic.owner)
  const wanted = seen.filter((topic) => kind !== 'redrive' || isUnfinished(topic.outcome))
  const mine = wanted.filter(isMine)
  return {
    targets: toTargets(kind, mine, run),
    topics: mine,
    refused: countByOwner(wanted.filter((topic) => !isMine(topic))),
    run,
  }
}

/** A redrive takes up what the run did not finish. */
const isUnfinished = (outcome: TopicOutcome | null): boolean =>
  outcome === null || outcome === 'FAILED' || outcome === 'IN_PROGRESS' || outcome === 'WAITING'

function toTargets(kind: JobKind, topics: readonly TargetTopic[], run: TargetRun | undefined): JobTarget[] {
  const [first] = topics
  if (kind === 'stop')
    return run !== undefined && first !== undefined
      ? [{ key: `run:${run.execution}`, topic: first.topic }]
      : []
  return topics.map(({ topic }) => ({ key: `${occupies[kind]}:${topic}`, topic }))
}

/** What an operation of the kind keeps others from doing at the same time. */
const occupies: Record<Exclude<JobKind, 'stop'>, string> = {
  rerun: 'topic',
  'run-with-input': 'topic',
  redrive: 'topic',
  rebuild: 'topic',
  'refresh-snowflake': 'snowflake',
  account: 'account',
  'what-if': 'what-if',
  'activate-contract': 'contract',
  maintain: 'topic',
  'rebuild-from-raw': 'topic',
}

async function findRun(db: Database, execution: string): Promise<TargetRun> {
  const { rows } = await db.execute<{ state: RunState; ended_in: string | null; topics: string[] }>(
    sql`SELECT state, ended_in, topics FROM runs WHERE execution = ${execution}`,
  )
  const row = rows[0]
  if (!row) throw new AppError('NOT_FOUND', 'There is no such run.', { context: { execution } })
  return { execution, state: row.state, endedIn: row.ended_in, topics: row.topics }
}

async function listTopics(
  db: Database,
  names: readonly string[],
  execution: string | undefined,
  readOwners: OwnerScope,
): Promise<TargetTopic[]> {
  const scope = readOwners === '*' ? sql`true` : sql`t.owner = ANY (${sql.param([...readOwners])}::text[])`
  const { rows } = await db.execute<TargetTopic & Record<string, unknown>>(sql`
    SELECT t.topic, t.owner, t.is_processing_paused AS "isPaused",
      coalesce(jsonb_array_length(c.model -> 'columns') > 0, false) AS "isGateOpen",
      coalesce(c.model -> 'snowflake' <> 'null'::jsonb, false) AS "hasSnowflake",
      CASE WHEN l.until > now() THEN l.execution END AS "heldBy", r.outcome
    FROM topics t
    LEFT JOIN contract_versions c ON c.topic = t.topic AND c.state IN ('active', 'ahead_of_git')
    LEFT JOIN run_leases l ON l.topic = t.topic
    LEFT JOIN run_topics r ON r.topic = t.topic AND r.execution = ${execution ?? null}
    WHERE t.topic = ANY (${sql.param([...new Set(names)])}::text[]) AND t.removed_at IS NULL AND ${scope}
    ORDER BY t.topic`)
  return rows
}

function countByOwner(topics: readonly TargetTopic[]): { owner: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { owner } of topics) counts.set(owner, (counts.get(owner) ?? 0) + 1)
  return [...counts].sort().map(([owner, count]) => ({ owner, count }))
}

/** The sentence on the confirming button and in the list, as `describeConsequence` says it of messages. */
export function describeJob(
  parameters: JobParameters,
  { topics, run }: Pick<JobTargets, 'topics' | 'run'>,
): string {
  const [first, ...others] = topics
  const where =
    first === undefined ? 'no topic' : others.length === 0 ? first.topic : `${topics.length} topics`
  switch (parameters.kind) {
    case 'rerun':
      return `Run ${where} again as in ${run?.execution ?? 'the run'}`
    case 'run-with-input':
      if (parameters.request === undefined) return `Run ${where} now`
      return parameters.request.mode === 'held'
        ? `${parameters.request.verdict === 'release' ? 'Release' : 'Discard'} the held pass of ${where}`
        : `Run ${where} and recompute ${parameters.request.layer}`
    case 'redrive':
      return `Redrive ${where} of ${run?.execution ?? 'the run'}`
    case 'stop':
      return `Stop the run ${run?.execution ?? ''}`.trimEnd()
    case 'rebuild':
      return `Rebuild ${parameters.layer} of ${where}`
    case 'refresh-snowflake':
      return `Refresh ${where} in Snowflake`
    case 'account':
      return `Compute the account of ${where}`
    case 'what-if':
      return `Judge the last ${parameters.days} days of ${where} by contract ${parameters.sha256.slice(0, 8)}`
    case 'activate-contract':
      return `Activate contract ${parameters.sha256.slice(0, 8)} of ${where}`
    case 'maintain':
      return `Compact and expire the tables of ${where}`
    case 'rebuild-from-raw':
      return parameters.action === 'swap'
        ? `Rebuild the tables of ${where} from RAW and put them in place`
        : `Rebuild the tables of ${where} from RAW beside the live ones and compare`
  }
}
