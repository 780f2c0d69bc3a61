import { parseArgs } from 'node:util'
import { type ApiClient, createApiClient } from '@lean-ops/common/api-client/create-api-client'
import { dropCredentials } from '@lean-ops/common/api-client/credentials'
import { currentToken } from '@lean-ops/common/api-client/current-token'
import { Me } from '@lean-ops/common/contract/me'
import { JsonPatch, type OperationParameters } from '@lean-ops/common/contract/operation'
import { z } from 'zod'
import { verifyAudit } from './commands/audit.ts'
import { exportDeadLetters, listDeadLetters, listGroups, showDeadLetter } from './commands/dead-letters.ts'
import { changeHold, changeOperation, listOperations, showOperation } from './commands/operations.ts'
import { runBulkAction } from './commands/run-bulk-action.ts'
import { watchOperation } from './commands/watch-operation.ts'
import { filterFrom, filterOptions, selectionFrom } from './filter-options.ts'
import { createOutput, type Output } from './output.ts'
import { pipelineOptions, runPipelineCommand } from './run-pipeline-command.ts'
import { signIn } from './sign-in.ts'
import { exitCodes, UsageError } from './usage-error.ts'

const options = {
  ...filterOptions,
  ...pipelineOptions,
  json: { type: 'boolean' },
  url: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  limit: { type: 'string' },
  body: { type: 'boolean' },
  format: { type: 'string' },
  out: { type: 'string' },
  reason: { type: 'string' },
  'dry-run': { type: 'boolean' },
  rate: { type: 'string' },
  canary: { type: 'string' },
  'return-rate-max': { type: 'string' },
  patch: { type: 'string' },
  yes: { type: 'boolean' },
  detach: { type: 'boolean' },
  live: { type: 'boolean' },
  mine: { type: 'boolean' },
} as const

type Values = ReturnType<typeof parse>['values']
type Words = readonly string[]

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** Runs one command line. `defaultUrl` is where the console of this machine answers. Returns the exit code; throws UsageError and ApiRefusal. */
export async function runCommand(
  args: readonly string[],
  context: { env: NodeJS.ProcessEnv; defaultUrl: string; showHelp: () => void },
): Promise<number> {
  const { values, positionals } = parse(args)
  const [noun, ...words] = positionals
  if (values.help || noun === undefined || noun === 'help') {
    context.showHelp()
    return noun === undefined && !values.help ? exitCodes.usage : exitCodes.done
  }
  const url = new URL(values.url ?? context.env.LEAN_OPS_URL ?? context.defaultUrl).origin
  const output = createOutput(values.json ?? false, process.stdout, process.stderr)
  const api = createApiClient(url, () => currentToken(context.env, url))
  switch (noun) {
    case 'login':
      await signIn(context.env, url, (address) =>
        output.line(`Open this address to sign in:\n\n  ${address}\n`),
      )
      return whoAmI(api, output)
    case 'logout':
      await dropCredentials(context.env, url)
      output.line(`Signed out of ${url}.`)
      return exitCodes.done
    case 'whoami':
      return whoAmI(api, output)
    case 'dead-letters':
      return deadLetters(api, words, values, output)
    case 'replay':
    case 'discard':
    case 'restore':
    case 'transform':
      return bulk(api, noun, words, values, output)
    case 'operations':
      return operations(api, words, values, output)
    case 'hold':
      return hold(api, words, values, output)
    case 'audit':
      if (words[0] !== 'verify') throw new UsageError('audit needs verify')
      return verifyAudit(api, output)
    default: {
      const running = runPipelineCommand(noun, { api, words, values, output })
      if (running === undefined) throw new UsageError(`there is no command "${noun}"`)
      return running
    }
  }
}

async function whoAmI(api: ApiClient, output: Output): Promise<number> {
  const { body } = await api.get('/me', Me)
  output.result(body, JSON.stringify(body, null, 2))
  return exitCodes.done
}

function deadLetters(
  api: ApiClient,
  [verb, ...rest]: Words,
  values: Values,
  output: Output,
): Promise<number> {
  const query = { ...filterFrom(values), ...(values.limit === undefined ? {} : { limit: values.limit }) }
  switch (verb) {
    case 'list':
      return listDeadLetters(api, query, output)
    case 'groups':
      return listGroups(api, query, output)
    case 'show':
      return showDeadLetter(api, needed(rest[0], 'an id'), values.body ?? false, output)
    case 'export':
      return exportDeadLetters(
        api,
        {
          selection: selectionFrom(rest, values),
          format: z.enum(['ndjson', 'csv']).parse(values.format ?? 'ndjson'),
          file: values.out,
          reason: needed(values.reason, '--reason'),
        },
        output,
      )
    default:
      throw new UsageError('dead-letters needs list, groups, show or export')
  }
}

function bulk(api: ApiClient, noun: string, ids: Words, values: Values, output: Output): Promise<number> {
  return runBulkAction(
    api,
    {
      parameters: parametersOf(noun, values),
      selection: selectionFrom(ids, values),
      reason: values.reason,
      settings: {
        ...(values.rate === undefined ? {} : { rate: wholeNumber(values.rate, '--rate') }),
        ...(values.canary === undefined ? {} : { canarySize: wholeNumber(values.canary, '--canary') }),
        ...(values['return-rate-max'] === undefined
          ? {}
          : { returnRateMax: Number(values['return-rate-max']) }),
      },
      isDryRun: values['dry-run'] ?? false,
      isSure: values.yes ?? false,
      isDetached: values.detach ?? false,
    },
    output,
  )
}

function parametersOf(noun: string, values: Values): OperationParameters {
  if (noun === 'discard' || noun === 'restore' || noun === 'replay') return { kind: noun }
  const text = needed(values.patch, '--patch')
  try {
    return { kind: 'transform-and-replay', patch: JsonPatch.parse(JSON.parse(text)) }
  } catch (error) {
    throw new UsageError(
      `--patch is not a JSON Patch: ${error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON'}`,
    )
  }
}

function operations(
  api: ApiClient,
  [verb, id, rate]: Words,
  values: Values,
  output: Output,
): Promise<number> {
  switch (verb) {
    case 'list':
      return listOperations(
        api,
        { live: values.live ? 'true' : undefined, by: values.mine ? 'me' : undefined, limit: values.limit },
        output,
      )
    case 'show':
      return showOperation(api, needed(id, 'an id'), output)
    case 'watch':
      return watchOperation(api, needed(id, 'an id'), output)
    case 'pause':
    case 'resume':
    case 'cancel':
      return changeOperation(api, needed(id, 'an id'), { action: verb }, output)
    case 'rate':
      return changeOperation(
        api,
        needed(id, 'an id'),
        { action: 'set_rate', rate: wholeNumber(needed(rate, 'a rate'), 'the rate') },
        output,
      )
    default:
      throw new UsageError('operations needs list, show, watch, pause, resume, cancel or rate')
  }
}

function hold(api: ApiClient, [verb]: Words, values: Values, output: Output): Promise<number> {
  if (verb === undefined || verb === 'status') return changeHold(api, undefined, output)
  if (verb !== 'on' && verb !== 'off') throw new UsageError('hold needs status, on or off')
  return changeHold(api, { isHeld: verb === 'on', reason: needed(values.reason, '--reason') }, output)
}

function needed(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new UsageError(`${what} is needed`)
  return value
}

function wholeNumber(text: string, what: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`${what} is a whole number, not "${text}"`)
  return Number(text)
}
