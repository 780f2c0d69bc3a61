import path from 'node:path'
import { parseArgs } from 'node:util'
import { ApiRefusal } from '@lean-ops/common/api-client/api-refusal'
import type { Outcome } from '../command-line/outcome.ts'
import { isExplained, UsageError } from '../command-line/usage-error.ts'
import { diffCommand } from './cli/diff-command.ts'
import { exitCodes, type Settings } from './cli/exit-codes.ts'
import { help } from './cli/help.ts'
import { lintCommand } from './cli/lint-command.ts'
import { newCommand } from './cli/new-command.ts'
import { planCommand } from './cli/plan-command.ts'

const rootDir = path.join(import.meta.dirname, '../../../..')
const commands = {
  lint: lintCommand,
  diff: diffCommand,
  plan: planCommand,
  new: newCommand,
  // What talks to a cloud loads its clients only then: lint and diff run at every commit.
  pull: async (names: readonly string[], settings: Settings) =>
    (await import('./cli/pull-command.ts')).pullCommand(names, settings),
  'what-if': async (names: readonly string[], settings: Settings) =>
    (await import('./cli/what-if-command.ts')).whatIfCommand(names, settings),
}

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
      days: { type: 'string', default: '7' },
      file: { type: 'string' },
      force: { type: 'boolean', default: false },
      url: { type: 'string' },
      from: { type: 'string' },
      rows: { type: 'string' },
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
    const outcome: Outcome = await command(names, { ...values, dir, rootDir, env: process.env })
    process.stdout.write(values.json ? `${JSON.stringify(outcome.json, null, 2)}\n` : outcome.text)
    process.exitCode = outcome.exitCode
  }
} catch (error) {
  if (!isExplained(error) && !(error instanceof ApiRefusal)) throw error
  process.stderr.write(`${error.message}\nnpm run contracts -- --help shows every command.\n`)
  process.exitCode = exitCodes.invalid
}
