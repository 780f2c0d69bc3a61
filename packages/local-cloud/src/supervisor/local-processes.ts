import path from 'node:path'
import { faultsFile, inspectFile, type LocalPaths, rootDir, sparkHostFile } from './local-paths.ts'
import type { ProcessSpec } from './supervise-process.ts'

export const databaseName = 'lean_ops'

/** What a program needs from the user's shell; credentials, profiles and proxies of theirs stay outside. */
export function baseEnvironment(): Record<string, string> {
  const kept = [
    'HOME',
    'TMPDIR',
    'LANG',
    'LC_ALL',
    'TZ',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'NODE_EXTRA_CA_CERTS',
  ]
  const env = Object.fromEntries(
    kept.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
  return {
    ...env,
    PATH: `${path.dirname(process.execPath)}:${process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'}`,
    LEAN_OPS_LOCAL: '1',
  }
}

/** The local account's only key; a loopback endpoint comes with it, so that it can never reach AWS. */
export function awsEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

export function databaseUrl(port: number): string {
  return `postgres://lean_ops_owner:lean-ops@127.0.0.1:${port}/${databaseName}`
}

const emulatorRoom = path.join(rootDir, 'packages/local-cloud')

const nodeProcess = { command: process.execPath, cwd: rootDir } as const

export function postgresProcess(paths: LocalPaths, port: number): ProcessSpec {
  return {
    ...nodeProcess,
    name: 'postgres',
    args: [path.join(import.meta.dirname, '../processes/postgres.ts')],
    env: {
      ...baseEnvironment(),
      PORT: String(port),
      DATA_DIR: path.join(paths.state, 'postgres'),
      LOG_FILE: path.join(paths.logs, 'postgres-server.log'),
      DATABASE_NAME: databaseName,
    },
    ready: { line: (line) => line.startsWith('ready') },
    readyTimeoutMs: 60_000,
    graceMs: 8_000,
  }
}

export function emulatorProcess(
  paths: LocalPaths,
  port: number,
  options: { readonly env?: Readonly<Record<string, string>> } = {},
): ProcessSpec {
  return {
    name: 'emulator',
    command: paths.pythonBin,
    args: ['-m', 'emulator'],
    cwd: emulatorRoom,
    env: {
      ...baseEnvironment(),
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      JOB_PYTHON: paths.jobsPythonBin,
      JOB_RUNNER: path.join(emulatorRoom, 'emulator/spark_host/client.py'),
      SPARK_HOST_FILE: sparkHostFile(paths),
      GATEWAY_PORT: String(port),
      STATE_DIR: path.join(paths.state, 'emulator'),
      LOG_DIR: paths.logs,
      FAULTS_FILE: faultsFile(paths),
      INSPECT_FILE: inspectFile(paths),
      NODE_BIN: process.execPath,
      ...options.env,
    },
    ready: { line: (line) => /"ready":\s*true/.test(line) },
    readyTimeoutMs: 60_000,
    // Flushes Firehose's buffers and saves everything before it ends.
    graceMs: 30_000,
  }
}

/**
 * The warm Spark that Glue's Spark jobs run in: one JVM with a heap of 1 GB. `isWarm` starts it at once; else it
 * starts with the first job, and this process alone takes some 90 MB.
 */
export function sparkProcess(paths: LocalPaths, emulatorUrl: string, isWarm: boolean): ProcessSpec {
  return {
    name: 'spark',
    command: paths.jobsPythonBin,
    args: ['-m', 'emulator.spark_host'],
    cwd: emulatorRoom,
    env: {
      ...baseEnvironment(),
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      AWS_ENDPOINT_URL: emulatorUrl,
      SPARK_HOST_DIR: path.dirname(sparkHostFile(paths)),
      SPARK_JARS_DIR: paths.jarsDir,
      SPARK_WARM: isWarm ? '1' : '0',
      LOG_DIR: paths.logs,
    },
    ready: { line: (line) => /"ready":\s*true/.test(line) },
    readyTimeoutMs: 60_000,
    graceMs: 5_000,
  }
}

/** The stand-in for Snowflake; it reads the lake through the emulator, so it comes after it. */
export function snowflakeProcess(paths: LocalPaths, port: number, emulatorUrl: string): ProcessSpec {
  return {
    name: 'snowflake',
    command: paths.snowflakePythonBin,
    args: ['-m', 'emulator.snowflake_stand_in'],
    cwd: emulatorRoom,
    env: {
      ...baseEnvironment(),
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      AWS_ENDPOINT_URL: emulatorUrl,
      PORT: String(port),
      SNOWFLAKE_DIR: path.join(paths.state, 'snowflake'),
    },
    ready: { line: (line) => /"ready":\s*true/.test(line) },
    readyTimeoutMs: 60_000,
    graceMs: 2_000,
  }
}

export function oidcProcess(paths: LocalPaths, port: number, consoleUrl: string): ProcessSpec {
  return {
    ...nodeProcess,
    name: 'oidc',
    args: [path.join(import.meta.dirname, '../oidc-provider.ts')],
    env: {
      ...baseEnvironment(),
      PORT: String(port),
      ISSUER: `http://127.0.0.1:${port}`,
      CONSOLE_URL: consoleUrl,
      STATE_DIR: path.join(paths.state, 'oidc'),
    },
    ready: { url: `http://127.0.0.1:${port}/.well-known/openid-configuration` },
    readyTimeoutMs: 30_000,
    graceMs: 2_000,
  }
}

export function apiProcess(port: number, env: Readonly<Record<string, string>>): ProcessSpec {
  return {
    ...nodeProcess,
    name: 'api',
    args: [path.join(rootDir, 'apps/api/src/node.ts')],
    env: { ...baseEnvironment(), ...env, PORT: String(port) },
    ready: { url: `http://127.0.0.1:${port}/healthz` },
    readyTimeoutMs: 30_000,
    graceMs: 5_000,
  }
}

export function consoleProcess(port: number, apiUrl: string, isDev: boolean): ProcessSpec {
  const next = path.join(rootDir, 'apps/console/node_modules/next/dist/bin/next')
  return {
    name: 'console',
    command: process.execPath,
    args: [next, isDev ? 'dev' : 'start', '--hostname', '127.0.0.1', '--port', String(port)],
    cwd: path.join(rootDir, 'apps/console'),
    env: {
      ...baseEnvironment(),
      API_URL: apiUrl,
      NODE_ENV: isDev ? 'development' : 'production',
      NEXT_TELEMETRY_DISABLED: '1',
    },
    ready: { url: `http://127.0.0.1:${port}/` },
    readyTimeoutMs: 120_000,
    graceMs: 3_000,
  }
}
