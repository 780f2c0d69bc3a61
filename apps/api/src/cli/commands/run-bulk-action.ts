import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '@lean-ops/common/api-client/create-api-client'
import type { OperationParameters } from '@lean-ops/common/contract/operation'
import { isJob } from '@lean-ops/common/contract/operation-facts'
import { OperationView } from '@lean-ops/common/contract/operation-view'
import { Plan, type PlanSelection } from '@lean-ops/common/contract/plan'
import { type Output, table } from '../output.ts'
import { exitCodes, UsageError } from '../usage-error.ts'
import { watchOperation } from './watch-operation.ts'

type Request = {
  parameters: OperationParameters
  selection: PlanSelection
  reason: string | undefined
  settings: { rate?: number; canarySize?: number; returnRateMax?: number }
  isDryRun: boolean
  /** Do not ask. */
  isSure: boolean
  /** Do not wait for the end. */
  isDetached: boolean
}

/** Plan → show → confirm → follow: what every bulk command does. Returns the exit code. */
export async function runBulkAction(api: ApiClient, request: Request, output: Output): Promise<number> {
  const plan = await previewed(api, request)
  if (request.isDryRun) {
    output.result(plan, describePlan(plan))
    return exitCodes.done
  }
  output.line(describePlan(plan))
  if (plan.preview.blockers.some((b) => b.blocking)) {
    output.result(plan, 'Nothing was done.')
    return exitCodes.conflict
  }
  if (request.reason === undefined) throw new UsageError('--reason is needed: the audit keeps it')
  if (!request.isSure && !(await confirmed(plan, output))) {
    output.line('Nothing was done.')
    return exitCodes.failed
  }
  const { body: operation } = await api.send('POST', '/operations', OperationView, {
    planId: plan.id,
    reason: request.reason,
    settings: request.settings,
  })
  output.line(`${api.url}/operations/${operation.id}`)
  if (request.isDetached) {
    output.result(operation, operation.id)
    return exitCodes.done
  }
  return watchOperation(api, operation.id, output)
}

const checkPolls = 40
const checkMs = 250

/** The plan, with the answer to "would it work now?" when that comes within ten seconds. */
async function previewed(api: ApiClient, request: Request): Promise<Plan> {
  const { parameters, selection } = request
  let plan = (await api.send('POST', '/plans', Plan, { parameters, selection })).body
  for (let n = 0; n < checkPolls && plan.checkState === 'pending' && plan.count > 0; n += 1) {
    await sleep(checkMs)
    plan = (await api.get(`/plans/${plan.id}`, Plan)).body
  }
  return plan
}

function describePlan(plan: Plan): string {
  const { preview, check } = plan
  const lines = [
    ...(isJob(plan.parameters) ? describeTopics(preview) : describeMessages(plan)),
    ...preview.blockers.map((b) => `${b.blocking ? 'BLOCKED' : 'note'}: ${b.message}`),
  ]
  if (check) {
    const of = check.isSample ? ` (of the first ${check.checked} checked)` : ''
    lines.push(
      `Would it work now? ${check.wouldPass} would pass${of}${check.stillFail.length === 0 ? '.' : ':'}`,
    )
    for (const f of check.stillFail) lines.push(`  ${f.count} still fail: ${f.code}: ${f.detail}`)
  } else if (plan.checkState === 'pending') lines.push('Would it work now? Not known yet.')
  return lines.filter((l) => l !== '').join('\n')
}

const describeTopics = (preview: Plan['preview']): string[] => [
  preview.consequence,
  preview.byTopic.map((t) => `  ${t.topic}`).join('\n'),
]

const describeMessages = ({ preview, bytes }: Plan): string[] => [
  `${preview.consequence}  (${bytes.toLocaleString('en-US')} bytes${preview.oldest === null ? '' : `, ${preview.oldest} … ${preview.newest}`})`,
  table(
    ['topic', 'messages'],
    preview.byTopic.map((t) => [t.topic, t.count]),
  ),
  table(
    ['group', 'messages'],
    preview.byGroup.slice(0, 10).map((g) => [g.title, g.count]),
  ),
]

async function confirmed(plan: Plan, output: Output): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError('--yes is needed where nobody can be asked')
  const ask = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await ask.question(`${plan.preview.consequence}? [y/N] `)
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    ask.close()
    output.progressEnd()
  }
}
