import { sql } from 'drizzle-orm'
import type { JobKind, JobParameters } from '../../contract/operation.ts'
import type { PlanBlocker } from '../../contract/plan.ts'
import type { Database } from '../connect.ts'
import { findContractBlockers } from '../contracts/find-contract-blockers.ts'
import type { JobTargets } from './job-targets.ts'

/** What stands in the way of a job, or deserves a look before it is confirmed. */
export async function findJobBlockers(
  db: Database,
  parameters: JobParameters,
  found: JobTargets,
): Promise<PlanBlocker[]> {
  const blockers: PlanBlocker[] = []
  const add = (code: PlanBlocker['code'], blocking: boolean, count: number, message: string) =>
    blockers.push({ code, blocking, count, message })
  const { kind } = parameters
  const { topics, run } = found
  if (found.targets.length === 0)
    add('nothing_selected', true, 0, 'Nothing that you may act on is left of this selection.')
  // Half a stop is none: the run carries the others, too.
  for (const { owner, count } of found.refused)
    add(
      'owner_refused',
      kind === 'stop',
      count,
      `${count} topics belong to ${owner}, for whose topics you have no permission${kind === 'stop' ? '' : ': they are left out'}.`,
    )
  if (kind === 'redrive' && run !== undefined && !hasFailed(run))
    add(
      'run_not_failed',
      true,
      1,
      `${run.execution} is ${run.state}: only a run that failed can be redriven.`,
    )
  if (kind === 'stop' && run !== undefined && run.state !== 'RUNNING' && run.state !== 'PENDING')
    add('run_not_running', true, 1, `${run.execution} has ended (${run.state}): there is nothing to stop.`)
  if (startsRun(kind)) {
    const busy = topics.filter((t) => t.heldBy !== null)
    if (busy.length > 0)
      add(
        'topic_busy',
        false,
        busy.length,
        `${list(busy.map((t) => `${t.topic} (${t.heldBy})`))} is being processed by another run at the moment: what is still busy then is left out.`,
      )
    const paused = topics.filter((t) => t.isPaused)
    if (paused.length > 0)
      add(
        'topic_paused',
        false,
        paused.length,
        `${list(paused.map((t) => t.topic))} is paused and will be left out.`,
      )
  }
  if (kind === 'rebuild' && parameters.layer === 'semantic') {
    const closed = topics.filter((t) => !t.isGateOpen)
    if (closed.length > 0)
      add(
        'gate_closed',
        closed.length === topics.length,
        closed.length,
        `${list(closed.map((t) => t.topic))} has no active schema: there is no semantic table to rebuild.`,
      )
  }
  if (kind === 'refresh-snowflake') {
    const without = topics.filter((t) => !t.hasSnowflake)
    if (without.length > 0)
      add(
        'no_snowflake_target',
        without.length === topics.length,
        without.length,
        `The contract of ${list(without.map((t) => t.topic))} names no Snowflake table.`,
      )
  }
  if (parameters.kind === 'what-if' || parameters.kind === 'activate-contract')
    for (const blocker of await findContractBlockers(db, parameters, topics[0]?.topic ?? ''))
      blockers.push(blocker)
  await addLive(db, found, add)
  return blockers
}

type Add = (code: PlanBlocker['code'], blocking: boolean, count: number, message: string) => void

async function addLive(db: Database, found: JobTargets, add: Add): Promise<void> {
  const { rows } = await db.execute<{ taken: number; is_held: boolean }>(sql`
    SELECT (SELECT count(*)::int FROM operation_items WHERE outcome IS NULL
        AND dead_letter_id = ANY (${sql.param(found.targets.map((t) => t.key))}::text[])) AS taken,
      EXISTS (SELECT 1 FROM hold WHERE is_held AND (until IS NULL OR until > now())) AS is_held`)
  const taken = rows[0]?.taken ?? 0
  if (taken > 0)
    add(
      'in_other_operation',
      taken === found.targets.length,
      taken,
      `${taken} of them are in another live operation and will be skipped.`,
    )
  if (rows[0]?.is_held)
    add(
      'held',
      false,
      found.targets.length,
      'All operations are held: it will wait until the hold is lifted.',
    )
}

const startsRun = (kind: JobKind): boolean =>
  ['rerun', 'run-with-input', 'redrive', 'rebuild', 'maintain', 'rebuild-from-raw'].includes(kind)

const hasFailed = (run: { state: string; endedIn: string | null }): boolean =>
  ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(run.state) || run.endedIn === 'RunFailed'

const namesMax = 5
const list = (names: readonly string[]): string =>
  names.length <= namesMax
    ? names.join(', ')
    : `${names.slice(0, namesMax).join(', ')} and ${names.length - namesMax} more`
