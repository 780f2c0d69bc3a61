import { RunSettings } from '@lean-ops/common/contract/operation'
import type { Database } from '@lean-ops/common/control-plane/connect'
import {
  listDueMaintenance,
  type MaintenanceRule,
} from '@lean-ops/common/control-plane/lake-jobs/list-due-maintenance'
import { confirmPlan } from '@lean-ops/common/control-plane/operations/confirm-plan'
import { createJobPlan } from '@lean-ops/common/control-plane/operations/create-job-plan'

const actor = { kind: 'service', id: 'maintenance', name: 'Maintenance' } as const
const scopes = { readOwners: '*', actOwners: '*' } as const

/** At most once a day per topic, and only where compaction has something to gain. */
const rule: MaintenanceRule = { restHours: 20, passesMin: 24, topicsMax: 50 }

/**
 * Makes an operation of the topics whose tables are due for compaction and expiry, as a person would: planned, audited, with
 * an outcome per topic. Returns its id, or undefined when nothing is due.
 */
export async function planMaintenance(
  deps: { db: Database; now: () => Date },
  given: Partial<MaintenanceRule> = {},
): Promise<string | undefined> {
  const topics = await listDueMaintenance(deps.db, { ...rule, ...given })
  if (topics.length === 0) return undefined
  const now = deps.now()
  const plan = await createJobPlan(deps.db, {
    parameters: { kind: 'maintain' },
    selection: { by: 'topics', topics },
    actor,
    ...scopes,
    now,
  })
  return confirmPlan(deps.db, {
    planId: plan.id,
    reason: 'due by its number of commits',
    settings: RunSettings.parse({}),
    actor,
    ...scopes,
    now,
  })
}
