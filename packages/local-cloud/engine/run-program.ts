import { AsyncLocalStorage } from 'node:async_hooks'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { buildUrn } from './build-urn.ts'
import { plainInputs } from './plain-inputs.ts'

/** One call of the program to register a resource, as plain data. */
export interface Registration {
  readonly urn: string
  readonly aliases: readonly string[]
  readonly type: string
  readonly name: string
  readonly custom: boolean
  readonly parent: string | undefined
  readonly inputs: Record<string, unknown>
  readonly dependencies: readonly string[]
  readonly ignoreChanges: readonly string[]
  readonly replaceOnChanges: readonly string[]
  readonly protect: boolean
  readonly retainOnDelete: boolean
}

export interface Registered {
  readonly id: string | undefined
  readonly state: Readonly<Record<string, unknown>>
}

export interface ProgramHost {
  readonly main: string
  readonly app: string
  readonly stage: string
  readonly isPreview: boolean
  readonly config: ReadonlyMap<string, string>
  register(registration: Registration): Promise<Registered>
  registerOutputs(urn: string, outputs: Record<string, unknown>): void
  answer(token: string, inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
}

/**
 * Runs a bundled SST program under Pulumi's own Node SDK with `host` in the engine's place.
 * Pulumi's public `setMocks` gives a monitor inside this process; it hides parent, dependencies and options, so the request
 * behind each call travels beside it.
 * @throws whatever the program or a registration threw first.
 */
export async function runProgram(host: ProgramHost): Promise<void> {
  const pulumi = createRequire(host.main)('@pulumi/pulumi') as PulumiSdk
  const requests = new AsyncLocalStorage<RegisterRequest>()
  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) => host.answer(token, inputs),
      newResource: async ({ type, name, inputs }) => {
        const request = requests.getStore()
        if (request === undefined)
          throw new Error(`${type} "${name}": reading an existing resource (get) has no local treatment`)
        const plain = await plainInputs(inputs, pulumi.isUnknown)
        const { id, state } = await host.register(readRequest(request, plain, urnOf))
        return { id, state }
      },
    },
    host.app,
    host.stage,
    host.isPreview,
    'organization',
  )
  for (const [key, value] of host.config) pulumi.runtime.setConfig(key, value)

  const monitor = pulumi.runtime.getMonitor()
  const urnOf = (parent: string, type: string, name: string) =>
    buildUrn({ stack: host.stage, project: host.app, parent: parent || undefined, type, name })
  monitor.newUrn = urnOf
  const register = monitor.registerResource.bind(monitor)
  monitor.registerResource = (request, callback) => requests.run(request, () => register(request, callback))
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor)
  monitor.registerResourceOutputs = (request, callback) => {
    host.registerOutputs(request.getUrn(), request.getOutputs()?.toJavaScript() ?? {})
    return registerOutputs(request, callback)
  }

  // Whatever fails inside the program (a handler that does not build, a refused resource) rejects a promise that nobody
  // holds, and what waits for it would wait for ever: the first such rejection ends the run.
  const failure = Promise.withResolvers<never>()
  process.on('unhandledRejection', failure.reject)
  try {
    await Promise.race([failure.promise, evaluate()])
  } finally {
    process.off('unhandledRejection', failure.reject)
    process.on('unhandledRejection', ignoreLateRejection)
  }

  async function evaluate(): Promise<void> {
    await pulumi.runtime.runInPulumiStack(async () => {
      const program = (await import(pathToFileURL(host.main).href)) as { default: unknown }
      return program.default
    })
    await pulumi.runtime.waitForRPCs()
    // Unhandled rejections are announced one turn later.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The run has already failed; what fails after it says nothing new, and must not end the process while state is written. */
function ignoreLateRejection(error: unknown): void {
  console.error('after the failure:', error)
}

function readRequest(
  request: RegisterRequest,
  inputs: Record<string, unknown>,
  urnOf: (parent: string, type: string, name: string) => string,
): Registration {
  const [type, name, parent] = [request.getType(), request.getName(), request.getParent()]
  return {
    urn: urnOf(parent, type, name),
    aliases: request.getAliasurnsList(),
    type,
    name,
    custom: request.getCustom(),
    parent: parent || undefined,
    inputs,
    dependencies: request.getDependenciesList(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    protect: request.getProtect() === true,
    retainOnDelete: request.getRetainondelete() === true,
  }
}

/** The few parts of @pulumi/pulumi used here; the SDK itself belongs to SST's platform, not to this workspace. */
interface PulumiSdk {
  isUnknown(value: unknown): boolean
  runtime: {
    setMocks(
      mocks: {
        call(args: { token: string; inputs: Record<string, unknown> }): unknown
        newResource(args: {
          type: string
          name: string
          inputs: Record<string, unknown>
        }): Promise<{ id: string | undefined; state: Readonly<Record<string, unknown>> }>
      },
      project: string,
      stack: string,
      preview: boolean,
      organization: string,
    ): Promise<void>
    setConfig(key: string, value: string): void
    getMonitor(): Monitor
    runInPulumiStack(program: () => Promise<unknown>): Promise<unknown>
    waitForRPCs(): Promise<void>
  }
}

interface Monitor {
  newUrn(parent: string, type: string, name: string): string
  registerResource(request: RegisterRequest, callback: unknown): unknown
  registerResourceOutputs(request: OutputsRequest, callback: unknown): unknown
}

interface OutputsRequest {
  getUrn(): string
  getOutputs(): { toJavaScript(): Record<string, unknown> } | undefined
}

interface RegisterRequest {
  getType(): string
  getName(): string
  getParent(): string
  getCustom(): boolean
  getProtect(): boolean | undefined
  getRetainondelete(): boolean | undefined
  getDependenciesList(): string[]
  getIgnorechangesList(): string[]
  getReplaceonchangesList(): string[]
  getAliasurnsList(): string[]
}
