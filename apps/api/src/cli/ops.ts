import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { ApiRefusal } from '@lean-ops/common/api-client/api-refusal'
import { z } from 'zod'
import { help } from './help.ts'
import { runCommand } from './run-command.ts'
import { exitCodes, UsageError } from './usage-error.ts'

const fallbackUrl = 'http://127.0.0.1:3000'
const RunFile = z.object({ urls: z.object({ console: z.url().optional() }).optional() })

/** Where `npm start` of this checkout says its console is. */
async function localUrl(): Promise<string> {
  const file = path.join(import.meta.dirname, '../../../../.local/run.json')
  try {
    return RunFile.parse(JSON.parse(await readFile(file, 'utf8'))).urls?.console ?? fallbackUrl
  } catch {
    return fallbackUrl
  }
}

const exitCodeOf = (error: ApiRefusal): number => {
  if (error.status === 401) return exitCodes.notSignedIn
  return error.status === 409 || error.status === 412 ? exitCodes.conflict : exitCodes.failed
}

try {
  process.exitCode = await runCommand(process.argv.slice(2), {
    env: process.env,
    defaultUrl: await localUrl(),
    showHelp: () => process.stdout.write(help),
  })
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nnpm run ops -- --help shows every command.\n`)
    process.exitCode = exitCodes.usage
  } else if (error instanceof ApiRefusal) {
    const hint = error.status === 401 ? '\nSign in first: npm run ops -- login' : ''
    const details = error.details === undefined ? '' : `\n${JSON.stringify(error.details)}`
    process.stderr.write(
      `${error.message}${hint}${details}${error.requestId === undefined ? '' : `\nrequest ${error.requestId}`}\n`,
    )
    process.exitCode = exitCodeOf(error)
  } else throw error
}
