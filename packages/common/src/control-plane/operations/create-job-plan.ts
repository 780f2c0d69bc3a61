import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { JobParameters, OperationActor } from '../../contract/operation.ts'
import type { Plan, PlanPreview, PlanSelection } from '../../contract/plan.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Database } from '../connect.ts'
import type { OwnerScope } from '../dead-letters/filter-to-sql.ts'
import { planMinutes } from './create-plan.ts'
import { findJobBlockers } from './find-job-blockers.ts'
import { toPlan } from './get-plan.ts'
import { describeJob, findJobTargets } from './job-targets.ts'
import type { OperationAuthority } from './operation-authority.ts'

type Request = {
  parameters: JobParameters
  selection: PlanSelection
  actor: OperationActor
  readOwners: OwnerScope
  actOwners: OwnerScope
  now: Date
}

/** Stores the preview of a job: its topics, what it would do, what stands in the way. Changes nothing else. */
export async function createJobPlan(db: Database, request: Request): Promise<Plan> {
  const { parameters, selection, actor, readOwners, actOwners, now } = request
  const found = await findJobTargets(db, { kind: parameters.kind, selection, readOwners, actOwners })
  const topics = parameters.kind === 'stop' ? (found.run?.topics ?? []) : found.topics.map((t) => t.topic)
  const preview: PlanPreview = {
    byTopic: topics.map((topic) => ({ topic, count: 1 })),
    byGroup: [],
    byStatus: [],
    oldest: null,
    newest: null,
    sampleIds: [],
    consequence: describeJob(parameters, found),
    blockers: await findJobBlockers(db, parameters, found),
  }
  const authority: OperationAuthority = { readOwners, actOwners, unmaskOwners: [] }
  const { rows } = await db.execute<Parameters<typeof toPlan>[0]>(sql`
    INSERT INTO plans (id, kind, parameters, selection, as_of, count, bytes, preview, check_state, actor, authority, created_at, expires_at)
    VALUES (${randomUUID()}, ${parameters.kind}, ${JSON.stringify(parameters)}::jsonb, ${JSON.stringify(selection)}::jsonb, 0,
      ${found.targets.length}, 0, ${JSON.stringify(preview)}::jsonb, 'not_applicable', ${JSON.stringify(actor)}::jsonb,
      ${JSON.stringify(authority)}::jsonb, ${now.toISOString()}::timestamptz,
      ${now.toISOString()}::timestamptz + make_interval(mins => ${planMinutes}))
    RETURNING *`)
  if (!rows[0]) throw new AppError('INTERNAL', 'the plan was not stored')
  return toPlan(rows[0])
}
