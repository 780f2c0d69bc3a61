import type { ApiClient } from '@lean-ops/common/api-client/create-api-client'
import { spanMs } from '@lean-ops/common/contract/dead-letter-filter'
import type { OperationParameters } from '@lean-ops/common/contract/operation'
import type { PlanSelection } from '@lean-ops/common/contract/plan'
import { PassVerdict, RunLayer } from '@lean-ops/common/contract/run'
import {
  activateContract,
  diffContract,
  hashOf,
  listContracts,
  listFindings,
  proposeContract,
  showContract,
} from './commands/contracts.ts'
import { changePauses, listTopics } from './commands/pauses.ts'
import { runBulkAction } from './commands/run-bulk-action.ts'
import { listRuns, showLogs, showRun, showSteps, watchRun } from './commands/runs.ts'
import { listSnowflake, showAccount, showSnapshots } from './commands/topics.ts'
import { traceId } from './commands/trace.ts'
import { selectionFrom } from './filter-options.ts'
import type { Output } from './output.ts'
import { UsageError } from './usage-error.ts'

/** Options of the commands below, beside those of every command. */
export const pipelineOptions = {
  state: { type: 'string', multiple: true },
  layer: { type: 'string' },
  pass: { type: 'string' },
  days: { type: 'string' },
  day: { type: 'string' },
  key: { type: 'boolean' },
  compute: { type: 'boolean' },
  file: { type: 'string' },
  against: { type: 'string' },
  held: { type: 'string' },
  'from-raw': { type: 'string' },
  part: { type: 'string' },
  for: { type: 'string' },
  paused: { type: 'boolean' },
  'accept-cut-what-if': { type: 'boolean' },
} as const

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>
type Words = readonly string[]
type Context = { api: ApiClient; words: Words; values: Values; output: Output }

const commands: Record<string, (context: Context) => Promise<number>> = {
  runs,
  contracts,
  topics,
  trace: ({ api, words, values, output }) =>
    traceId(
      api,
      {
        id: needed(words[0], 'an id'),
        topic: one(values.topic),
        isKey: values.key === true,
        day: one(values.day),
      },
      output,
    ),
  account: ({ api, words, values, output }) =>
    showAccount(
      api,
      needed(words[0], 'a topic'),
      values.compute === true ? needed(one(values.reason), '--reason') : undefined,
      output,
    ),
  snapshots: ({ api, words, output }) => showSnapshots(api, needed(words[0], 'a topic'), output),
  snowflake: ({ api, output }) => listSnowflake(api, output),
  rebuild: (context) => act(context, rebuildOf(context.values), topicsOf(context.words)),
  maintain: (context) => act(context, { kind: 'maintain' }, topicsOf(context.words)),
  'refresh-snowflake': (context) => act(context, { kind: 'refresh-snowflake' }, topicsOf(context.words)),
  're-evaluate-rejects': (context) =>
    act(context, { kind: 're-evaluate-rejects' }, selectionFrom(context.words, context.values)),
}

/** Runs, contracts, traces, accounts. Undefined when the noun is none of them. */
export function runPipelineCommand(noun: string, context: Context): Promise<number> | undefined {
  return Object.hasOwn(commands, noun) ? commands[noun]?.(context) : undefined
}

function runs({ api, words: [verb, id, ...more], values, output }: Context): Promise<number> {
  const context = { api, words: more, values, output }
  const run = (): PlanSelection => ({ by: 'run', execution: needed(id, 'the name of a run') })
  switch (verb) {
    case 'list':
      return listRuns(
        api,
        { state: many(values.state), topic: one(values.topic), limit: one(values.limit) },
        output,
      )
    case 'show':
      return showRun(api, needed(id, 'the name of a run'), output)
    case 'watch':
      return watchRun(api, needed(id, 'the name of a run'), output)
    case 'states':
      return showSteps(api, needed(id, 'the name of a run'), output)
    case 'logs':
      return showLogs(api, needed(id, 'the name of a run'), { passId: one(values.pass) }, output)
    case 'rerun':
    case 'redrive':
    case 'stop':
      return act(context, { kind: verb }, run())
    case 'start':
      return act(context, { kind: 'run-with-input', ...requestOf(values) }, topicsOf([id ?? '', ...more]))
    default:
      throw new UsageError('runs needs list, show, watch, states, logs, start, rerun, redrive or stop')
  }
}

function topics({ api, words: [verb, ...names], values, output }: Context): Promise<number> {
  switch (verb) {
    case 'list':
      return listTopics(api, values.paused === true, output)
    case 'pause':
    case 'resume': {
      if (names.length === 0) throw new UsageError('name at least one topic')
      if (verb === 'resume' && values.for !== undefined) throw new UsageError('--for belongs to pause')
      const reason = needed(one(values.reason), '--reason')
      const change = {
        part: partOf(values),
        isPaused: verb === 'pause',
        until: endOf(one(values.for)),
        reason,
      }
      return changePauses(api, names, change, output)
    }
    default:
      throw new UsageError('topics needs list, pause or resume')
  }
}

function partOf(values: Values): 'ingest' | 'processing' | undefined {
  const part = one(values.part)
  if (part !== undefined && part !== 'ingest' && part !== 'processing')
    throw new UsageError('--part is ingest or processing')
  return part
}

/** `90m`, `4h`, `7d` from now. */
function endOf(span: string | undefined): Date | null {
  if (span === undefined) return null
  if (!/^\d+[mhd]$/.test(span)) throw new UsageError('--for is a span like 90m, 4h or 7d')
  return new Date(Date.now() + spanMs(span))
}

async function contracts({ api, words: [verb, topic, version], values, output }: Context): Promise<number> {
  const context = { api, words: [], values, output }
  const name = () => needed(topic, 'a topic')
  switch (verb) {
    case undefined:
    case 'list':
      return listContracts(api, output)
    case 'show':
      return showContract(api, name(), version, output)
    case 'diff':
      return diffContract(api, name(), { from: one(values.against), to: version }, output)
    case 'findings':
      return listFindings(api, name(), output)
    case 'propose':
      return proposeContract(
        api,
        name(),
        needed(one(values.file), '--file'),
        needed(one(values.reason), '--reason'),
        output,
      )
    case 'what-if': {
      const sha256 = await hashOf(api, name(), needed(version, 'a version'))
      const days = Number(one(values.days) ?? '7')
      if (!Number.isInteger(days) || days < 1 || days > 365)
        throw new UsageError('--days is a whole number up to 365')
      return act(context, { kind: 'what-if', sha256, days }, topicsOf([name()]))
    }
    case 'activate':
      return activateContract(
        api,
        name(),
        needed(version, 'a version'),
        {
          reason: needed(one(values.reason), '--reason'),
          acceptCutWhatIf: values['accept-cut-what-if'] === true,
        },
        output,
      )
    default:
      throw new UsageError('contracts needs list, show, diff, findings, propose, what-if or activate')
  }
}

const act = (
  { api, values, output }: Context,
  parameters: OperationParameters,
  selection: PlanSelection,
): Promise<number> =>
  runBulkAction(
    api,
    {
      parameters,
      selection,
      reason: one(values.reason),
      settings: {},
      isDryRun: values['dry-run'] === true,
      isSure: values.yes === true,
      isDetached: values.detach === true,
    },
    output,
  )

function topicsOf(words: Words): PlanSelection {
  const topics = words.filter((word) => word !== '')
  if (topics.length === 0) throw new UsageError('name at least one topic')
  return { by: 'topics', topics }
}

function requestOf(
  values: Values,
): Pick<Extract<OperationParameters, { kind: 'run-with-input' }>, 'request'> {
  if (values.held !== undefined) {
    if (values.layer !== undefined) throw new UsageError('either --held or --layer')
    const verdict = PassVerdict.safeParse(one(values.held))
    if (!verdict.success) throw new UsageError('--held is release or discard')
    return { request: { mode: 'held', verdict: verdict.data } }
  }
  return values.layer === undefined ? {} : { request: { mode: 'recompute', layer: layerOf(values) } }
}

function rebuildOf(values: Values): OperationParameters {
  const action = one(values['from-raw'])
  if (action === undefined) return { kind: 'rebuild', layer: layerOf(values) }
  if (action !== 'compare' && action !== 'swap') throw new UsageError('--from-raw is compare or swap')
  return { kind: 'rebuild-from-raw', action }
}

function layerOf(values: Values): RunLayer {
  const layer = RunLayer.safeParse(one(values.layer))
  if (!layer.success) throw new UsageError('--layer is curated or semantic')
  return layer.data
}

const one = (value: Values[string]): string | undefined => {
  const first = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first : undefined
}
const many = (value: Values[string]): string[] | undefined =>
  value === undefined ? undefined : [value].flat().map(String)

function needed(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new UsageError(`${what} is needed`)
  return value
}
