import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { GlueClient } from '@aws-sdk/client-glue'
import { connectDatabase } from '@lean-ops/common/control-plane/connect'
import { AppError } from '@lean-ops/common/errors/app-error'
import { collectAuditRequest } from '../audit/collect-audit-request.ts'
import { localClientOptions } from '../supervisor/local-client-options.ts'
import { localPaths, rootDir } from '../supervisor/local-paths.ts'
import { readRunFile } from '../supervisor/run-file.ts'

const usage = `npm run audit -- <topic> [--json]      recounts the account of a topic of the running local cloud

Every message that RAW holds, up to where curated has read, must be in exactly one state. Counted from the Iceberg tables by
DuckDB, with no code of the jobs. Exit 1: some messages are in none, their ids are listed. Exit 2: it could not be counted.`

const run = promisify(execFile)

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  })
  const [topic] = positionals
  if (values.help || topic === undefined) {
    console.log(usage)
    return values.help ? 0 : 2
  }
  const paths = localPaths()
  const urls = readRunFile(paths.runFile)?.urls
  if (urls?.aws === undefined || urls.database === undefined)
    throw new AppError('UNAVAILABLE', 'the local cloud is not running: start it with `npm start`')

  const control = await connectDatabase({ DATABASE_URL: urls.database })
  const glue = new GlueClient(localClientOptions(urls.aws))
  try {
    const { request, letters } = await collectAuditRequest({ control, glue }, 'local', topic)
    const folder = path.join(paths.base, 'audit')
    await mkdir(folder, { recursive: true })
    const lettersFile = path.join(folder, `${topic}.dead-letters.ndjson`)
    await writeFile(lettersFile, letters)
    const store = { endpoint: urls.aws, region: 'us-east-1', key_id: 'test', secret: 'test' }
    const file = path.join(folder, `${topic}.json`)
    await writeFile(file, JSON.stringify({ ...request, letters: lettersFile, store }))
    return await recount(paths.jobsPythonBin, file, values.json)
  } finally {
    glue.destroy()
    await control.close()
  }
}

/** The auditor's own exit code and words. */
async function recount(python: string, file: string, isJson: boolean): Promise<number> {
  const args = ['-m', 'auditor', file, ...(isJson ? ['--json'] : [])]
  try {
    const { stdout } = await run(python, args, { cwd: path.join(rootDir, 'packages/pipeline/glue') })
    process.stdout.write(stdout)
    return 0
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('stdout' in error) || !('stderr' in error))
      throw error
    process.stdout.write(String(error.stdout))
    process.stderr.write(String(error.stderr))
    return error.code === 1 ? 1 : 2
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof AppError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
