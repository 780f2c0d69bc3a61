import { rmSync } from 'node:fs'
import path from 'node:path'
import { readEnv } from '@lean-ops/common/config/read-env'
import { startPostgres } from '@lean-ops/common/control-plane/testing/embedded-postgres'
import pg from 'pg'
import { z } from 'zod'

/** The control plane's PostgreSQL as a supervised process: prints `ready` once the database exists. */
const env = readEnv(
  z.object({
    PORT: z.coerce.number(),
    DATA_DIR: z.string(),
    LOG_FILE: z.string(),
    DATABASE_NAME: z.string().regex(/^[a-z_]+$/),
  }),
  process.env,
)

// A postmaster that was killed leaves its lock file; its pid may by now be another process's, which
// PostgreSQL takes for a running server. The supervisor has made sure that ours is gone.
rmSync(path.join(env.DATA_DIR, 'postmaster.pid'), { force: true })
const postgres = await startPostgres({ dataDir: env.DATA_DIR, port: env.PORT, logFile: env.LOG_FILE })

const client = new pg.Client({ connectionString: postgres.url() })
await client.connect()
const known = await client.query('select 1 from pg_database where datname = $1', [env.DATABASE_NAME])
if (known.rowCount === 0) await client.query(`create database ${env.DATABASE_NAME}`)
await client.end()

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    void postgres.stop().then(() => process.exit(0))
  })

// Ends with the server: the supervisor then starts both again.
setInterval(() => {
  try {
    process.kill(postgres.pid, 0)
  } catch {
    console.error('the server has ended')
    process.exit(1)
  }
}, 500)

console.log(`ready on 127.0.0.1:${postgres.port}`)
