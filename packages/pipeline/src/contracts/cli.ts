import path from 'node:path'
import { parseArgs } from 'node:util'
import { AppError } from '@lean-ops/common/errors/app-error'
import { diffCommand } from './cli/diff-command.ts'
import { exitCodes, type Outcome, UsageError } from './cli/exit-codes.ts'
import { help } from './cli/help.ts'
import { lintCommand } from './cli/lint-command.ts'
import { newCommand } from './cli/new-command.ts'
import { planCommand } from './cli/plan-command.ts'

const rootDir = path.join(import.meta.dirname, '../../../..')
const commands = { lint: lintCommand, diff: diffCommand, plan: planCommand, new: newCommand }

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      json: { type: 'boolean', default: false },
      against: { type: 'string', default: 'HEAD' },
      dir: { type: 'string' },
      stage: { type: 'string', default: 'local' },
      lake: { type: 'string', default: '<lake-bucket>' },
      sample: { type: 'string' },
      openapi: { type: 'string' },
      metadata: { type: 'string' },
      'json-schema': { type: 'string' },
      owner: { type: 'string' },
      out: { type: 'string' },
    },
  })
  const [name, ...names] = positionals
  if (values.help || name === undefined) process.stdout.write(help)
  else {
    const command = Object.entries(commands).find(([known]) => known === name)?.[1]
    if (command === undefined) throw new UsageError(`there is no command "${name}"`)
    const dir = path.resolve(
      values.dir ?? process.env.LEAN_OPS_CONTRACTS_DIR ?? path.join(rootDir, 'contracts'),
    )
    const outcome: Outcome = await command(names, { ...values, dir, rootDir })
    process.stdout.write(values.json ? `${JSON.stringify(outcome.json, null, 2)}\n` : outcome.text)
    process.exitCode = outcome.exitCode
  }
} catch (error) {
  if (!(error instanceof UsageError || error instanceof AppError || isArgumentError(error))) throw error
  process.stderr.write(`${error.message}\nnpm run contracts -- --help shows every command.\n`)
  process.exitCode = exitCodes.invalid
}

function isArgumentError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('ERR_PARSE_ARGS')
  )
}
