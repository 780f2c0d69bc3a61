import { sql } from 'drizzle-orm'
import type { OperationParameters } from '../../contract/operation.ts'
import type { PlanBlocker } from '../../contract/plan.ts'
import type { WhatIf } from '../../contract/what-if.ts'
import { AppError } from '../../errors/app-error.ts'
import { compareContracts } from '../../odcs/compare-contracts.ts'
import type { ContractModel } from '../../odcs/contract-model.ts'
import type { Database } from '../connect.ts'

type Parameters = Extract<OperationParameters, { kind: 'what-if' | 'activate-contract' }>

/** A what-if older than this says little about the rows that came since. */
const whatIfHours = 24

/**
 * What keeps a version from being activated: it is no draft, it breaks somebody, or nobody has looked at what it does to
 * the rows that are there. Throws NOT_FOUND for a version that is not known.
 */
export async function findContractBlockers(
  db: Database,
  parameters: Parameters,
  topic: string,
): Promise<PlanBlocker[]> {
  const { kind, sha256 } = parameters
  const { rows } = await db.execute<Row>(sql`
    SELECT c.state, c.model, a.model AS active, a.sha256 AS active_sha256, w.result, w.against_sha256,
      w.at > now() - make_interval(hours => ${whatIfHours}) AS is_recent
    FROM contract_versions c
    LEFT JOIN contract_versions a ON a.topic = c.topic AND a.state IN ('active', 'ahead_of_git')
    LEFT JOIN contract_what_ifs w ON w.topic = c.topic AND w.sha256 = c.sha256
    WHERE c.topic = ${topic} AND c.sha256 = ${sha256}`)
  const row = rows[0]
  if (!row)
    throw new AppError('NOT_FOUND', 'There is no such version of this contract.', { context: { topic } })
  if (kind === 'what-if') return []
  const blockers: PlanBlocker[] = []
  const block = (code: PlanBlocker['code'], count: number, message: string, blocking = true) =>
    blockers.push({ code, blocking, count, message })
  if (row.state !== 'draft')
    block(
      'not_a_draft',
      1,
      `This version is ${row.state.replaceAll('_', ' ')}: only a draft can be activated.`,
    )
  if (row.model.status !== 'active')
    block('not_a_draft', 1, 'Its file says status: draft, which keeps the gate closed: set status: active.')
  const comparison = compareContracts(row.active ?? undefined, row.model)
  const breaking = comparison.changes.filter((change) => change.verdict === 'breaking')
  if (breaking.length > 0)
    block(
      'contract_breaking',
      breaking.length,
      `It breaks whoever reads the table, so it goes through git and a deployment: ${breaking.map((c) => `${c.path === '' ? '' : `${c.path}: `}${c.what}`).join('; ')}.`,
    )
  if (row.result === null || !row.is_recent || row.against_sha256 !== row.active_sha256)
    block(
      'what_if_missing',
      1,
      row.result === null
        ? 'Run a what-if first: nobody knows yet what it does to the rows that are there.'
        : 'Its what-if is older than a day, or was made against another version: run it again.',
    )
  else {
    const { isComplete, rows: judged } = row.result
    if (!isComplete)
      block(
        'what_if_cut',
        1,
        `Its what-if ran out of time after the newest ${judged.read.toLocaleString('en-US')} rows: nobody knows about the others. Run it over fewer days, or accept that.`,
        parameters.acceptsCutWhatIf !== true,
      )
    if (judged.newlyFails > 0)
      block(
        'contract_breaking',
        judged.newlyFails,
        `${judged.newlyFails.toLocaleString('en-US')} rows of the last days pass today and would be refused.`,
        // Where the gate was closed there was nothing to pass before.
        row.active !== null,
      )
  }
  return blockers
}

type Row = {
  state: string
  model: ContractModel
  active: ContractModel | null
  active_sha256: string | null
  result: WhatIf | null
  against_sha256: string | null
  is_recent: boolean | null
}
