import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { ApiRefusal } from '@lean-ops/common/api-client/api-refusal'
import type { ApiClient } from '@lean-ops/common/api-client/create-api-client'
import { ContractDetail, ContractText } from '@lean-ops/common/contract/contracts'
import { DeadLetterPage } from '@lean-ops/common/contract/dead-letter-query'
import type { WhatIf, WhatIfSample } from '@lean-ops/common/contract/what-if'
import { AppError } from '@lean-ops/common/errors/app-error'
import { type Comparison, compareContracts } from '@lean-ops/common/odcs/compare-contracts'
import { renderFault } from '@lean-ops/common/odcs/contract-fault'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import { parseContract } from '@lean-ops/common/odcs/parse-contract'
import type { Outcome } from '../../command-line/outcome.ts'
import { UsageError } from '../../command-line/usage-error.ts'
import { runWhatIf } from '../what-if/run-what-if.ts'
import { connectApi, connectLake } from './connect-stage.ts'
import { renderComparison } from './diff-command.ts'
import { exitCodes, type Settings, wholeNumber } from './exit-codes.ts'

/** Open rejects that are looked for; beyond, the answer says that it speaks of these. */
const rejectsMax = 200_000

/**
 * Judges what is there with the file's version and with the one the jobs obey. Reads payloads with the caller's own AWS
 * rights; the API only names the version and the open rejects. Prints no value of a classified column.
 */
export async function whatIfCommand(names: readonly string[], settings: Settings): Promise<Outcome> {
  const [topic, ...more] = names
  if (topic === undefined || more.length > 0) throw new UsageError('what-if takes the name of one topic')
  const days = wholeNumber(settings.days, '--days', 3_650)
  const candidate = await readCandidate(topic, settings)
  const api = await connectApi(settings)
  const current = await readActive(api, topic)
  const result = await runWhatIf(
    {
      ...(await connectLake(settings)),
      now: () => new Date(),
      remainingMs: () => Number.MAX_SAFE_INTEGER,
      onProgress: (rows, files) =>
        process.stderr.write(`${rows} rows, ${files.done} of ${files.all} files\n`),
    },
    { current, candidate, days, openRejects: await listOpenRejects(api, topic) },
  )
  const comparison = compareContracts(current, candidate)
  const isBreaking = result.rows.newlyFails > 0 || comparison.isBreaking
  return {
    exitCode: isBreaking ? exitCodes.breaking : exitCodes.ok,
    text: `${renderComparison(comparison)}\n\n${renderWhatIf(result)}\n`,
    json: { isBreaking, comparison: comparison satisfies Comparison, whatIf: result },
  }
}

async function readCandidate(topic: string, { dir, file }: Settings): Promise<ContractModel> {
  const from = file ?? path.join(dir, `${topic}.odcs.yaml`)
  const text = await readFile(from, 'utf8').catch((error: unknown) => {
    throw new AppError('INVALID_INPUT', `cannot read ${from}`, { cause: error })
  })
  const { model, faults } = parseContract(from, text, { isNameChecked: file === undefined })
  if (model === undefined) throw new AppError('INVALID_CONTRACT', faults.map(renderFault).join('\n'))
  if (model.topic !== topic)
    throw new UsageError(`${from} is the contract of ${model.topic}, not of ${topic}`)
  return model
}

/** The version that the jobs obey; undefined while the topic has none. */
async function readActive(api: ApiClient, topic: string): Promise<ContractModel | undefined> {
  try {
    const { body } = await api.get(`/contracts/${topic}`, ContractDetail)
    const { active } = body.contract
    if (active === null) return undefined
    const { body: text } = await api.get(`/contracts/${topic}/versions/${active.sha256}`, ContractText)
    return parseContract(`${topic}.odcs.yaml`, text.yaml).model
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return undefined
    throw error
  }
}

async function listOpenRejects(api: ApiClient, topic: string): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const { body } = await api.get('/dead-letters', DeadLetterPage, {
      topic,
      stage: 'semantic',
      status: ['open', 'unverified'],
      limit: 200,
      cursor,
    })
    ids.push(...body.items.map((item) => item.messageId))
    cursor = body.nextCursor ?? undefined
  } while (cursor !== undefined && ids.length < rejectsMax)
  return ids
}

const n = (count: number): string => count.toLocaleString('en-US')

/** The answer in words, worst first. */
export function renderWhatIf(result: WhatIf): string {
  const { rows, rejects, days } = result
  const lines = [
    `${n(rows.read)} rows of RAW, ${days.from} … ${days.to}${result.isComplete ? '' : ' (cut short: the newest ones)'}`,
    `  ${n(rows.newlyFails)} newly fail`,
    ...result.newlyFailing.map(
      (f) => `      ${n(f.count)} × ${f.column} ${f.code}${f.rule === null ? '' : ` (${f.rule})`}`,
    ),
    `  ${n(rows.heals)} heal`,
    ...result.healing.map((h) => `      ${n(h.count)} × ${h.column} ${h.code}`),
    `  ${n(rows.changesValue)} change a value`,
    ...result.changing.map((c) => `      ${n(c.count)} × ${c.column}`),
    ...(rows.enters > 0 ? [`  ${n(rows.enters)} enter: the gate was closed`] : []),
    `  ${n(rows.stillFails)} still fail, ${n(rows.unchanged)} stay as they are, ${n(rows.unreadable)} are no message`,
    `${n(rejects.open)} open rejects: ${n(rejects.heals)} heal, ${n(rejects.stillFails)} still fail, ${n(rejects.open - rejects.found)} not found in RAW`,
  ]
  const titled: [string, readonly WhatIfSample[]][] = [
    ['newly fails', result.samples.newlyFails],
    ['heals', result.samples.heals],
    ['changes', result.samples.changesValue],
  ]
  for (const [title, samples] of titled)
    for (const sample of samples)
      lines.push(
        `${title}: ${sample.messageId}${sample.ingestedAt === null ? '' : ` (${sample.ingestedAt})`}`,
        ...sample.fields.map((f) => `    ${f.column}: ${f.before ?? 'null'} → ${f.after ?? 'null'}`),
      )
  return lines.join('\n')
}
