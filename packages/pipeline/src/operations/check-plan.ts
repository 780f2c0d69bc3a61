import type { OperationParameters } from '@lean-ops/common/contract/operation'
import type { PlanCheck } from '@lean-ops/common/contract/plan'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { findActiveModel } from '@lean-ops/common/control-plane/contracts/find-active-model'
import { listSelected, type SelectedLetter } from '@lean-ops/common/control-plane/operations/list-selected'
import { commonOwners } from '@lean-ops/common/control-plane/operations/operation-authority'
import { findPlanToCheck, settlePlanCheck } from '@lean-ops/common/control-plane/operations/settle-plan-check'
import { applyEdit } from '@lean-ops/common/edits/apply-edit'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import { judgeBody } from '@lean-ops/common/odcs/judge-body'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import type { LoadBody } from './load-body.ts'
import { mapConcurrently } from './map-concurrently.ts'

type Deps = { db: Database; registry: TopicRegistry; loadBody: LoadBody; remainingMs: () => number }

const pageSize = 500
/** Up to this many messages the answer is exact; beyond, it speaks of the oldest ones and says so. */
const checkedMax = 20_000
const samplesMax = 3
const failuresMax = 20

/** "Would it work now?": today's recognition and today's contract over the chosen messages, edited as asked, nothing sent. */
export async function checkPlan(planId: string, deps: Deps): Promise<void> {
  const plan = await findPlanToCheck(deps.db, planId)
  if (!plan) return
  const tally = createTally(
    plan.parameters.kind === 'transform-and-replay' || plan.parameters.kind === 'edit-and-replay',
  )
  const contracts = contractsOf(deps.db)
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
    const verdicts = await mapConcurrently(page, 16, (letter) =>
      tryNow(letter, plan.parameters, { ...deps, contracts }),
    )
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

type Contracts = (topic: string) => Promise<ContractModel | undefined>

/** The contracts that the jobs obey, each read once for a plan: many messages are of few topics. */
function contractsOf(db: Database): Contracts {
  const known = new Map<string, Promise<ContractModel | undefined>>()
  return (topic) => {
    const found = known.get(topic) ?? findActiveModel(db, topic)
    known.set(topic, found)
    return found
  }
}

async function tryNow(
  letter: SelectedLetter,
  parameters: OperationParameters,
  deps: Deps & { contracts: Contracts },
): Promise<Verdict> {
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
  const contract = await deps.contracts(letter.topic)
  // Without an active contract the gate is closed: only what the ingest stage asks for is asked for.
  const judged = judgeBody(edited.body, contract ? { ...contract, status: 'active' } : closedGate)
  if (judged.stage === 'ingest')
    return { passes: false, code: judged.fault.code, detail: judged.fault.message }
  const [fault, ...others] = judged.verdict?.faults ?? []
  if (judged.verdict?.passes === false)
    return {
      passes: false,
      code: judged.verdict.code ?? letter.code,
      detail: fault ? `${fault.column}: ${fault.detail}${more(others.length)}` : 'the contract refuses it',
    }
  // A refusal of a contract that today's contract knows nothing of: the same payload is taken to be refused again.
  if (letter.stage === 'semantic' && judged.verdict === null && edited.body === body)
    return { passes: false, code: letter.code, detail: 'no contract is active that could let it through' }
  return { passes: true, before: body, after: edited.body }
}

const more = (count: number): string => (count === 0 ? '' : ` (and ${count} more)`)

const closedGate: Pick<ContractModel, 'columns' | 'status'> = {
  status: 'draft',
  columns: [],
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
