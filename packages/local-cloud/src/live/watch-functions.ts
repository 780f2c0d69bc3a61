import { watch } from 'node:fs'
import path from 'node:path'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { localClientOptions } from '../supervisor/local-client-options.ts'
import { rootDir } from '../supervisor/local-paths.ts'
import type { LogStream } from '../supervisor/log-stream.ts'
import { describeBuildFailure } from './describe-build-failure.ts'
import { findHandlerSource } from './handler-sources.ts'
import { scanInputs } from './scan-inputs.ts'
import { updateFunction } from './update-function.ts'
import { addUpdatedFunction, readUpdatedFunctions } from './updated-functions.ts'

/** Editors write a file in several steps; one update for all of them. */
const settleMs = 30
const watched = ['packages/pipeline/src', 'packages/common/src', 'apps/api/src']

type Options = {
  readonly endpoint: string
  /** Relative to the clone; a changed contract changes resources, so it is a deploy. */
  readonly contractsDir: string
  /** Where to remember which functions were updated past a deploy. */
  readonly updatedFile: string
  readonly log: Pick<LogStream, 'write'>
  readonly redeploy: () => Promise<void>
  /** The API's function also runs as a process here, which is the one the console talks to. */
  readonly restartApi: () => Promise<void>
}

const apiFunction = 'lean-ops-local-api'

type Watched = { readonly name: string; readonly source: string }

/** Saving a handler, or anything it imports, takes effect in the running function. Returns what ends the watch. */
export async function watchFunctions(options: Options): Promise<() => Promise<void>> {
  const say = (line: string): void => options.log.write('live', line)
  const lambda = new LambdaClient(localClientOptions(options.endpoint))
  let functions = await listFunctions(lambda)
  let inputs = new Map<string, ReadonlySet<string>>()
  let changed = new Set<string>()
  let hasContractChange = false
  let isClosed = false
  let timer: NodeJS.Timeout | undefined
  // One round at a time: two updates of one function must not overtake each other.
  let round: Promise<void> = Promise.resolve()

  const update = async ({ name, source }: Watched): Promise<void> => {
    if (isClosed) return
    const startedAt = performance.now()
    try {
      if ((await updateFunction(lambda, name, source)) === 'same') return
      addUpdatedFunction(options.updatedFile, name)
      say(`${name} runs the saved code (${Math.round(performance.now() - startedAt)} ms)`)
    } catch (error) {
      say(`${name} keeps its former code\n${describeBuildFailure(error)}`)
    }
  }

  const rescan = async (): Promise<void> => {
    try {
      inputs = await scanInputs(functions.map(({ source }) => source))
    } catch (error) {
      // The former inputs still say whom the change concerns.
      say(describeBuildFailure(error))
    }
  }

  const restartApi = async (): Promise<void> => {
    try {
      await options.restartApi()
      say('the api process runs the saved code')
    } catch (error) {
      say(`the api process does not start\n${describeBuildFailure(error)}`)
    }
  }

  const updateAffected = async (files: ReadonlySet<string>): Promise<void> => {
    const before = inputs
    await rescan()
    const concerns = ({ source }: Watched): boolean =>
      [before, inputs].some((known) => [...files].some((file) => known.get(source)?.has(file)))
    const affected = functions.filter(concerns)
    // One by one, the saved handlers themselves first: each is live sooner than all at once would be.
    affected.sort((a, b) => Number(files.has(b.source)) - Number(files.has(a.source)))
    for (const one of affected) {
      await update(one)
      if (one.name === apiFunction) await restartApi()
    }
  }

  const deployContracts = async (): Promise<void> => {
    say('a contract changed: deploying')
    try {
      await options.redeploy()
      functions = await listFunctions(lambda)
      await rescan()
      say('the changed contracts are deployed')
    } catch (error) {
      say(`the deploy failed\n${error instanceof Error ? error.message : String(error)}`)
    }
  }

  const flush = async (): Promise<void> => {
    const files = changed
    const isContract = hasContractChange
    changed = new Set()
    hasContractChange = false
    if (files.size > 0) await updateAffected(files)
    if (isContract && !isClosed) await deployContracts()
  }

  const watchers = [...watched, options.contractsDir].map((folder) => {
    const absolute = path.resolve(rootDir, folder)
    return watch(absolute, { recursive: true }, (_, name) => {
      if (name === null) return
      if (folder === options.contractsDir) hasContractChange = true
      else changed.add(path.join(absolute, name))
      clearTimeout(timer)
      timer = setTimeout(() => {
        round = round.then(flush)
      }, settleMs)
    })
  })

  const settle = async (): Promise<void> => {
    await rescan()
    const former = readUpdatedFunctions(options.updatedFile)
    for (const one of functions) if (former.has(one.name)) await update(one)
  }
  round = settle()

  return async () => {
    isClosed = true
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
    await round
    lambda.destroy()
  }
}

async function listFunctions(lambda: LambdaClient): Promise<Watched[]> {
  const { Functions } = await lambda.send(new ListFunctionsCommand({ MaxItems: 50 }))
  return (Functions ?? []).flatMap(({ FunctionName: name }) => {
    const source = name === undefined ? undefined : findHandlerSource(name)
    return name === undefined || source === undefined ? [] : [{ name, source }]
  })
}
