import { existsSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { watchFunctions } from '../live/watch-functions.ts'
import { watchJobs } from '../live/watch-jobs.ts'
import { buildConsole } from './build-console.ts'
import type { Run } from './create-run.ts'
import { deployOrKeep } from './deploy-or-keep.ts'
import { deployProgram } from './deploy-program.ts'
import { followFunctionLogs } from './follow-function-logs.ts'
import { rootDir } from './local-paths.ts'
import {
  apiProcess,
  awsEnvironment,
  consoleProcess,
  emulatorProcess,
  oidcProcess,
  postgresProcess,
} from './local-processes.ts'
import type { LogStream } from './log-stream.ts'
import { readFunctionEnvironment } from './read-function-environment.ts'
import { startDataParts } from './start-data-parts.ts'
import type { LocalCloudOptions } from './start-local-cloud.ts'
import type { StartProgress } from './start-progress.ts'
import { type Ports, type Urls, urlsOf } from './urls-of.ts'

export type StartedParts = {
  readonly urls: Urls
  /** `sst deploy --stage local` onto the running cloud. */
  readonly deploy: () => Promise<void>
}

export type StartContext = {
  readonly progress: StartProgress
  readonly run: Run
  readonly log: LogStream
  readonly signal: AbortSignal
  readonly closers: Array<() => Promise<void> | void>
}

const has = (file: string): boolean => existsSync(path.join(rootDir, file))

/** Starts every part in the order in which they need each other. */
export async function startParts(options: LocalCloudOptions, context: StartContext): Promise<StartedParts> {
  const { progress, run, log, signal, closers } = context
  const toFile = (name: string, line: string): void => log.write(name, line, { fileOnly: true })
  const urls = await chooseUrls(run, options.preferredPorts)
  run.publish({ contractsDir: options.contractsDir, processing: options.processing })

  const deploy = (): Promise<void> =>
    deployProgram({ ...options, urls }, (line) => toFile('deploy', line), signal)

  // The console's build needs nothing that runs: on a first start it goes on beside everything else.
  const built = options.console === 'start' ? buildConsole(progress, toFile, signal) : Promise.resolve()
  built.catch(() => undefined)

  await startFoundations(options, context, urls, deploy)
  run.publish({ urls: { aws: urls.aws, database: urls.database, oidc: urls.oidc } })
  closers.push(followFunctionLogs(path.join(options.paths.logs, 'functions'), log))

  // What an earlier start deployed is there already: its pages are usable while the deploy looks for changes.
  const former = await readApiEnvironment(urls)
  const isDeployed = former.DATABASE_URL === urls.database
  const startApplications = async (env: Readonly<Record<string, string>>): Promise<void> => {
    await startApi(context, urls, env)
    await built
    await startConsole(options, context, urls)
  }
  const early = isDeployed
    ? startApplications(former).then(() =>
        progress.say('usable with what the last start deployed; the deploy looks for changes'),
      )
    : undefined
  // Awaited below; a failed deploy must not turn an early failure into an unhandled one.
  early?.catch(() => undefined)
  await deployOrKeep(() => progress.step('deploy', 'sst deploy --stage local', deploy), {
    isDeployed,
    say: progress.say,
  })
  await early
  const env = await readApiEnvironment(urls)
  if (!early) await startApplications(env)
  else if (!isDeepStrictEqual(env, former))
    await run.find('api')?.restart(apiProcess(portOf(urls.api), env).env)
  startDataParts(options, context, urls)
  if (options.isLive) {
    closers.push(
      await watchFunctions({
        endpoint: urls.aws,
        contractsDir: options.contractsDir,
        updatedFile: path.join(options.paths.state, 'updated-functions.json'),
        log,
        redeploy: deploy,
        restartApi: async () => run.find('api')?.restart(),
      }),
    )
    closers.push(await watchJobs({ endpoint: urls.aws, log }))
  }
  return { urls, deploy }
}

async function chooseUrls(run: Run, preferred: LocalCloudOptions['preferredPorts']): Promise<Urls> {
  const port = (name: keyof Ports): Promise<number> => run.port(name, preferred[name])
  return urlsOf({
    console: await port('console'),
    api: await port('api'),
    emulator: await port('emulator'),
    oidc: await port('oidc'),
    snowflake: await port('snowflake'),
    postgres: await port('postgres'),
  })
}

async function startFoundations(
  options: LocalCloudOptions,
  { progress, run }: StartContext,
  urls: Urls,
  deploy: () => Promise<void>,
): Promise<void> {
  const { paths, emulatorEnv } = options
  // A restarted emulator has lost what came after its last save: deploying again repairs what is missing.
  const repair = (): void => {
    progress.step('repair', 'deploying again, because the emulator came back', deploy).catch((error) => {
      progress.say(`repair failed: ${error instanceof Error ? error.message : String(error)}`)
    })
  }
  const emulator = emulatorProcess(paths, portOf(urls.aws), emulatorEnv ? { env: emulatorEnv } : {})
  const database = postgresProcess(paths, portOf(urls.database))
  await Promise.all([
    progress.step(
      'database',
      'PostgreSQL 17',
      () => run.start(database),
      () => `127.0.0.1:${portOf(urls.database)}`,
    ),
    progress.step(
      'emulator',
      'AWS on this machine',
      () => run.start(emulator, repair),
      () => urls.aws,
    ),
    has('packages/local-cloud/src/oidc-provider.ts')
      ? progress.step(
          'sign-in',
          'OpenID Connect provider',
          () => run.start(oidcProcess(paths, portOf(urls.oidc), urls.console)),
          () => urls.oidc,
        )
      : progress.skip('sign-in', 'packages/local-cloud/src/oidc-provider.ts is not there'),
  ])
}

/** The very environment that the program gives the API's function: there is no second description of it. */
async function readApiEnvironment(urls: Urls): Promise<Record<string, string>> {
  return { ...(await readFunctionEnvironment(urls.aws, 'lean-ops-local-api')), ...awsEnvironment(urls.aws) }
}

async function startApi(
  { progress, run }: StartContext,
  urls: Urls,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  if (!has('apps/api/src/node.ts')) return progress.skip('api', 'apps/api/src/node.ts is not there')
  await progress.step(
    'api',
    'node apps/api/src/node.ts',
    () => run.start(apiProcess(portOf(urls.api), env)),
    () => urls.api,
  )
  run.publish({ urls: { api: urls.api } })
}

async function startConsole(
  options: LocalCloudOptions,
  { progress, run }: StartContext,
  urls: Urls,
): Promise<void> {
  if (options.console === 'off') return
  const isDev = options.console === 'dev'
  await progress.step(
    'console',
    isDev ? 'next dev' : 'next start',
    () => run.start(consoleProcess(portOf(urls.console), urls.api, isDev)),
    () => urls.console,
  )
  run.publish({ urls: { console: urls.console } })
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}
