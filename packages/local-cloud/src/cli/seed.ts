import { parseArgs } from 'node:util'
import { seedControlPlane } from '@lean-ops/common/control-plane/seed/seed-control-plane'
import { AppError } from '@lean-ops/common/errors/app-error'
import pg from 'pg'
import { localPaths } from '../supervisor/local-paths.ts'
import { readRunFile } from '../supervisor/run-file.ts'

const usage = `npm run seed -- [options]      fills the running local cloud's database with a made-up fleet

  --topics N         topics with a day of samples (700)
  --dead-letters N   dead letters with bodies, groups, trends, operations and audit (1000000; 10000 is quick)
  --runs N           runs with topics, passes and checkpoints (50000)
  --seed N           the same seed makes the same fleet (1)
  --database-url U   another database than the local cloud's; its user must own the tables
  --help             this text

The database must hold no dead letters yet: \`npm run local -- reset\` empties it.`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      topics: { type: 'string', default: '700' },
      'dead-letters': { type: 'string', default: '1000000' },
      runs: { type: 'string', default: '50000' },
      seed: { type: 'string', default: '1' },
      'database-url': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(usage)
  const connectionString = values['database-url'] ?? readRunFile(localPaths().runFile)?.urls.database
  if (connectionString === undefined)
    throw new AppError('UNAVAILABLE', 'the local cloud is not running: start it with `npm start`')
  const volume = {
    topics: wholeNumber('--topics', values.topics),
    deadLetters: wholeNumber('--dead-letters', values['dead-letters']),
    runs: wholeNumber('--runs', values.runs),
    seed: wholeNumber('--seed', values.seed),
  }
  const pool = new pg.Pool({ connectionString, max: 1 })
  const started = performance.now()
  const elapsed = () => `${((performance.now() - started) / 1_000).toFixed(1)} s`
  try {
    await seedControlPlane(pool, volume, (step) => console.log(`${elapsed().padStart(8)}  ${step}`))
  } finally {
    await pool.end()
  }
  console.log(`${elapsed().padStart(8)}  done`)
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0)
    throw new AppError('INVALID_INPUT', `${name}: "${text}" is no whole number`)
  return value
}

try {
  await main()
} catch (error) {
  if (!(error instanceof AppError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
