import { watch } from 'node:fs'
import path from 'node:path'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { localClientOptions } from '../supervisor/local-client-options.ts'
import { rootDir } from '../supervisor/local-paths.ts'
import type { LogStream } from '../supervisor/log-stream.ts'
import { describeBuildFailure } from './describe-build-failure.ts'
import { findHandlerSource } from './handler-sources.ts'
import { type LiveFunction, openLiveFunction } from './live-function.ts'

/** Editors write a file in several steps; one update for all of them. */
const settleMs = 30
const watched = ['packages/pipeline/src', 'packages/common/src', 'apps/api/src']

type Options = {
  readonly endpoint: string
  /** Relative to the clone; a changed contract changes resources, so it is a deploy. */
  readonly contractsDir: string
  readonly log: Pick<LogStream, 'write'>
  readonly redeploy: () => Promise<void>
}

/** Saving a handler, or anything it imports, takes effect in the running function. Returns what ends the watch. */
export async function watchFunctions(options: Options): Promise<() => Promise<void>> {
  const say = (line: string): void => options.log.write('live', line)
  const lambda = new LambdaClient(localClientOptions(options.endpoint))
  let functions = await openFunctions(lambda)
  let changed = new Set<string>()
  let hasContractChange = false
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  // One round at a time: two updates of one function must not overtake each other.
  let round: Promise<void> = Promise.resolve()

  const update = async (live: LiveFunction): Promise<void> => {
    const startedAt = performance.now()
    try {
      if ((await live.update()) === 'updated')
        say(`${live.name} runs the saved code (${Math.round(performance.now() - startedAt)} ms)`)
    } catch (error) {
      say(`${live.name} keeps its former code\n${describeBuildFailure(error)}`)
    }
  }
  const updateAll = async (): Promise<void> => {
    for (const live of functions) if (!isClosed) await update(live)
  }
  const flush = async (): Promise<void> => {
    const files = changed
    changed = new Set()
    const isContract = hasContractChange
    hasContractChange = false
    // One by one, the saved handlers themselves first: each is live sooner than all at once would be.
    const affected = functions.filter((live) => live.dependsOn(files))
    affected.sort((a, b) => Number(files.has(b.source)) - Number(files.has(a.source)))
    for (const live of affected) await update(live)
    if (!isContract) return
    say('a contract changed: deploying')
    try {
      await options.redeploy()
      await Promise.all(functions.map((live) => live.close()))
      functions = await openFunctions(lambda)
      await updateAll()
      say('the changed contracts are deployed')
    } catch (error) {
      say(`the deploy failed\n${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const notice = (file: string, isContract: boolean): void => {
    if (isContract) hasContractChange = true
    else changed.add(file)
    clearTimeout(timer)
    timer = setTimeout(() => {
      round = round.then(flush)
    }, settleMs)
  }

  const watchers = [...watched, options.contractsDir].map((folder) => {
    const absolute = path.resolve(rootDir, folder)
    return watch(absolute, { recursive: true }, (_, name) => {
      if (name !== null) notice(path.join(absolute, name), folder === options.contractsDir)
    })
  })
  // Warms esbuild, and replaces code that a former session left other than the sources.
  round = updateAll()

  return async () => {
    isClosed = true
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
    await round
    await Promise.all(functions.map((live) => live.close()))
    lambda.destroy()
  }
}

async function openFunctions(lambda: LambdaClient): Promise<LiveFunction[]> {
  const { Functions } = await lambda.send(new ListFunctionsCommand({ MaxItems: 50 }))
  const known = (Functions ?? []).flatMap(({ FunctionName: name }) => {
    const source = name === undefined ? undefined : findHandlerSource(name)
    return name === undefined || source === undefined ? [] : [{ name, source }]
  })
  return Promise.all(known.map(({ name, source }) => openLiveFunction(lambda, name, source)))
}
