import type { OperationParameters } from '@lean-ops/common/contract/operation'
import type { PlanCheck } from '@lean-ops/common/contract/plan'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { listSelected, type SelectedLetter } from '@lean-ops/common/control-plane/operations/list-selected'
import { commonOwners } from '@lean-ops/common/control-plane/operations/operation-authority'
import { findPlanToCheck, settlePlanCheck } from '@lean-ops/common/control-plane/operations/settle-plan-check'
import { applyEdit } from '@lean-ops/common/edits/apply-edit'
import { recogniseBody } from '@lean-ops/common/messages/recognise-body'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import type { LoadBody } from './load-body.ts'
import { mapConcurrently } from './map-concurrently.ts'

type Deps = { db: Database; registry: TopicRegistry; loadBody: LoadBody; remainingMs: () => number }

const pageSize = 500
/** Up to this many messages the answer is exact; beyond, it speaks of the oldest ones and says so. */
const checkedMax = 20_000
const samplesMax = 3
const failuresMax = 20

/** "Would it work now?": today's recognition code over the chosen messages, edited as asked, nothing sent. */
export async function checkPlan(planId: string, deps: Deps): Promise<void> {
  const plan = await findPlanToCheck(deps.db, planId)
  if (!plan) return
  const tally = createTally(
    plan.parameters.kind === 'transform-and-replay' || plan.parameters.kind === 'edit-and-replay',
  )
  let after: { sequence: number; id: string } | undefined
  let isSample = false
  for (;;) {
    const page = await listSelected(deps.db, {
      selection: plan.selection,
      asOf: plan.asOf,
      // What the author may not act on is not spoken of either.
      owners: commonOwners(plan.authority.readOwners, plan.authority.actOwners),
      after,
      limit: pageSize,
    })
    const verdicts = await mapConcurrently(page, 16, (letter) => tryNow(letter, plan.parameters, deps))
    for (const [n, letter] of page.entries()) tally.add(letter, verdicts[n])
    const last = page.at(-1)
    if (page.length < pageSize || !last) break
    after = { sequence: last.sequence, id: last.id }
    isSample = tally.checked() >= checkedMax || deps.remainingMs() <= 0
    if (isSample) break
  }
  await settlePlanCheck(deps.db, planId, tally.result(isSample))
}

type Verdict =
  | { passes: true; before: string; after: string }
  | { passes: false; code: string; detail: string }

async function tryNow(letter: SelectedLetter, parameters: OperationParameters, deps: Deps): Promise<Verdict> {
  if (!deps.registry.findByTopic(letter.topic))
    return { passes: false, code: 'UNKNOWN_TOPIC', detail: 'no contract names the topic any more' }
  const body = letter.body && (await deps.loadBody(letter.body))
  if (body === undefined)
    return { passes: false, code: 'CLAIM_CHECK_MISSING', detail: 'its body is not in the archive' }
  const edited =
    parameters.kind === 'edit-and-replay'
      ? applyEdit(body, parameters.patch, parameters.bodySha256)
      : parameters.kind === 'transform-and-replay'
        ? applyEdit(body, parameters.patch)
        : { ok: true as const, body }
  if (!edited.ok) return { passes: false, code: edited.reason.toUpperCase(), detail: edited.message }
  const recognised = recogniseBody(edited.body)
  if (!recognised.ok) return { passes: false, code: recognised.fault.code, detail: recognised.fault.message }
  // What a contract refused is refused again while the payload is the same; only an edit can change that.
  if (letter.stage === 'semantic' && edited.body === body)
    return { passes: false, code: letter.code, detail: 'the same payload meets the same contract' }
  return { passes: true, before: body, after: edited.body }
}

function createTally(isEdit: boolean) {
  let checked = 0
  let wouldPass = 0
  const failures = new Map<string, PlanCheck['stillFail'][number]>()
  const samples: PlanCheck['samples'] = []
  return {
    checked: () => checked,
    add(letter: SelectedLetter, verdict: Verdict | undefined): void {
      if (verdict === undefined) return
      checked += 1
      if (verdict.passes) {
        wouldPass += 1
        if (isEdit && samples.length < samplesMax)
          samples.push({ id: letter.id, before: verdict.before, after: verdict.after })
        return
      }
      const key = `${verdict.code} ${verdict.detail}`
      const known = failures.get(key)
      if (known) known.count += 1
      else if (failures.size < failuresMax)
        failures.set(key, { code: verdict.code, detail: verdict.detail, count: 1, sampleId: letter.id })
    },
    result: (isSample: boolean): PlanCheck => ({
      checked,
      wouldPass,
      stillFail: [...failures.values()].sort((a, b) => b.count - a.count),
      isSample,
      samples,
    }),
  }
}
