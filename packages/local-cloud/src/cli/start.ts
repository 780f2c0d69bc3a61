import { existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { SQSClient } from '@aws-sdk/client-sqs'
import { AppError } from '@lean-ops/common/errors/app-error'
import { queueName } from '@lean-ops/common/topics/topic-names'
import pc from 'picocolors'
import { readOrCreateSecrets } from '../oidc/local-secrets.ts'
import { localClientOptions } from '../supervisor/local-client-options.ts'
import { localPaths, rootDir } from '../supervisor/local-paths.ts'
import { baseEnvironment } from '../supervisor/local-processes.ts'
import { requireStopped } from '../supervisor/require-stopped.ts'
import { runOnce } from '../supervisor/run-once.ts'
import { type LocalCloud, startLocalCloud } from '../supervisor/start-local-cloud.ts'
import { incident, sendIncident } from '../traffic/send-incident.ts'

const usage = `npm start -- [--dev] [--reset] [--topics N] [--no-traffic] [--no-console]
  --dev         the console by the development server instead of the production build
  --reset       begin with empty state
  --topics N    N made-up topics beside the sample contracts
  --no-traffic  no sample messages on the first start
  --no-console  without the console`

const startedAt = Date.now()
const show = (text: string): void => {
  process.stdout.write(text)
}
const stopRequest = new AbortController()
const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end())
// Whoever read our output is gone (a closed terminal, a test that was killed): nobody would ever end this one.
process.stdout.on('error', () => end())

try {
  const cloud = await start()
  if (cloud) {
    await stopped
    show('\nStopping (the data stays for the next start)\n')
    await cloud.stop()
  }
  process.exit(0)
} catch (error) {
  if (!stopRequest.signal.aborted) {
    console.error(
      `\n${error instanceof AppError ? error.message : error instanceof Error ? error.stack : error}`,
    )
    console.error(`\nThe whole output of every part is in .local/logs.`)
  }
  process.exit(stopRequest.signal.aborted ? 130 : 1)
}

function end(): void {
  stopRequest.abort()
  stop()
}

async function start(): Promise<LocalCloud | undefined> {
  const { values } = parseArgs({
    options: {
      dev: { type: 'boolean', default: false },
      reset: { type: 'boolean', default: false },
      topics: { type: 'string' },
      'no-traffic': { type: 'boolean', default: false },
      'no-console': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    show(`${usage}\n`)
    return undefined
  }
  const paths = localPaths()
  if (values.reset) {
    requireStopped(paths)
    rmSync(paths.state, { recursive: true, force: true })
  }
  show('Starting the local cloud\n')
  const contractsDir = values.topics === undefined ? 'contracts' : await manyContracts(Number(values.topics))
  const hasConsole =
    !values['no-console'] && existsSync(path.join(rootDir, 'apps/console/src/app/layout.tsx'))
  const cloud = await startLocalCloud(
    {
      paths,
      contractsDir,
      console: hasConsole ? (values.dev ? 'dev' : 'start') : 'off',
      isLive: true,
      processing: 'prompt',
      preferredPorts: {
        console: 3000,
        api: 3001,
        emulator: 4566,
        postgres: 5433,
        oidc: 3002,
        snowflake: 3003,
      },
    },
    show,
    stopRequest.signal,
  )
  const isFirst = cloud.wasEmpty && !values['no-traffic']
  announce(cloud, { hasConsole, hasDrill: hasConsole && isFirst && values.topics === undefined })
  if (isFirst) {
    if (values.topics === undefined) playIncident(cloud)
    sendSampleTraffic(cloud)
  }
  return cloud
}

function announce(cloud: LocalCloud, shown: { hasConsole: boolean; hasDrill: boolean }): void {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(0)
  show(`
${pc.bold(pc.green('Lean-Ops runs'))} ${pc.dim(`after ${seconds} s`)}

${shown.hasConsole ? `  Console   ${pc.bold(cloud.urls.console)}\n` : ''}${demoUsers(cloud)
  .map((user) => `    sign in as  ${user}\n`)
  .join(
    '',
  )}${shown.hasDrill ? '  Drill     an incident waits: sign in as admin, the strip at the top leads through it\n' : ''}  API       ${cloud.urls.api}/api/openapi.json
  AWS       ${cloud.urls.aws}
  Logs      npm run local -- logs [name] [--follow]
  Stop      Ctrl-C

`)
}

/** From where the sign-in provider keeps them, so that what we print is what works. */
function demoUsers(cloud: LocalCloud): string[] {
  if (!cloud.run.find('oidc')) return []
  const { passwords } = readOrCreateSecrets(path.join(localPaths().state, 'oidc'))
  return Object.entries(passwords).map(([name, password]) => `${name.padEnd(9)} ${password}`)
}

/** The incident of the console's guided drill. Without it everything else is as it is. */
function playIncident(cloud: LocalCloud): void {
  const sqs = new SQSClient(localClientOptions(cloud.urls.aws))
  const queueUrl = `${cloud.urls.aws}/000000000000/${queueName('local', incident.topic)}`
  sendIncident({ sqs, queueUrl, now: Date.now }, cloud.signal)
    .catch((error) => {
      if (!cloud.signal.aborted)
        cloud.progress.say(`incident of the drill: ${error instanceof Error ? error.message : String(error)}`)
    })
    .finally(() => sqs.destroy())
}

function sendSampleTraffic(cloud: LocalCloud): void {
  const script = path.join(rootDir, 'packages/local-cloud/src/cli/traffic.ts')
  if (!existsSync(script))
    return void cloud.progress.skip('traffic', 'packages/local-cloud/src/cli/traffic.ts is not there')
  const shot = {
    name: 'traffic',
    command: process.execPath,
    args: [script, '--count', '2000', '--rate', '200', '--seed', '1'],
    cwd: rootDir,
    env: { ...baseEnvironment(), LEAN_OPS_LOCAL_DIR: localPaths().base },
  }
  runOnce(shot, (name, line) => cloud.log.write(name, line), cloud.signal).catch((error) => {
    cloud.progress.say(`sample traffic: ${error instanceof Error ? error.message : String(error)}`)
  })
}

async function manyContracts(count: number): Promise<string> {
  if (!Number.isInteger(count) || count < 1 || count > 2_000)
    throw new AppError('INVALID_INPUT', '--topics takes a whole number from 1 to 2000')
  const { writeSyntheticContracts } = await import('../supervisor/write-synthetic-contracts.ts')
  return writeSyntheticContracts(count)
}
