import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Outcome } from '../command-line/outcome.ts'
import { isExplained, UsageError } from '../command-line/usage-error.ts'
import { compareCommand } from './cli/compare-command.ts'
import { help } from './cli/help.ts'
import { exitCodes, type Settings } from './cli/settings.ts'
import { setupCommand } from './cli/setup-command.ts'

const rootDir = path.join(import.meta.dirname, '../../../..')

const commands: Readonly<Record<string, (settings: Settings) => Promise<Outcome>>> = {
  status: (settings) => compareCommand(settings, false),
  refresh: (settings) => compareCommand(settings, true),
  setup: setupCommand,
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      json: { type: 'boolean', default: false },
      topic: { type: 'string', multiple: true, default: [] },
      stage: { type: 'string', default: 'local' },
      dir: { type: 'string' },
      print: { type: 'boolean', default: false },
      'account-id': { type: 'string' },
      region: { type: 'string', default: 'us-east-1' },
      'role-arn': { type: 'string' },
      'external-id': { type: 'string' },
      'base-url': { type: 'string' },
      interval: { type: 'string', default: '60' },
    },
  })
  const [name, ...rest] = positionals
  if (values.help || name === undefined) process.stdout.write(help)
  else {
    const command = commands[name]
    if (command === undefined) throw new UsageError(`there is no command "${name}"`)
    if (rest.length > 0) throw new UsageError(`"${rest.join(' ')}" is too much: topics are given by --topic`)
    const dir = path.resolve(
      values.dir ?? process.env.LEAN_OPS_CONTRACTS_DIR ?? path.join(rootDir, 'contracts'),
    )
    const outcome = await command({ ...values, dir, rootDir, env: process.env })
    process.stdout.write(values.json ? `${JSON.stringify(outcome.json, null, 2)}\n` : outcome.text)
    process.exitCode = outcome.exitCode
  }
} catch (error) {
  if (!isExplained(error)) throw error
  process.stderr.write(`${error.message}\nnpm run snowflake -- --help shows every command.\n`)
  process.exitCode = exitCodes.invalid
}
