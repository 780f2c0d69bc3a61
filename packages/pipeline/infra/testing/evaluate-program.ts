import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { answerDataSources } from './answer-data-sources.ts'
import { bundleProgram, type Workplace } from './bundle-program.ts'
import { fakeState } from './fake-state.ts'
import type { EvaluationRequest, RecordedProgram, RecordedResource } from './recorded-program.ts'

const root = path.resolve(import.meta.dirname, '../../../..')
const platform = path.join(root, '.sst/platform')
const account = '000000000000'
const region = 'us-east-1'

type Request = {
  getType(): string
  getName(): string
  getParent(): string
  getDependenciesList(): string[]
  getProtect(): boolean
  getRetainondelete(): boolean
  getIgnorechangesList(): string[]
}
type Monitor = { registerResource(request: Request, callback: unknown): unknown }
type Mocks = {
  newResource(r: {
    type: string
    name: string
    inputs: Record<string, unknown>
    custom?: boolean
    id?: string
  }): { id: string; state: Record<string, unknown> }
  call(r: { token: string; inputs: Record<string, unknown> }): Record<string, unknown>
}
/** The few calls we make of `@pulumi/pulumi`, which lives in `.sst/platform` and is absent before `sst install`. */
type Pulumi = {
  runtime: {
    setMocks(mocks: Mocks, project: string, stack: string, preview: boolean): Promise<void>
    getMonitor(): Monitor
    setConfig(key: string, value: string): void
    runInPulumiStack(program: () => Promise<unknown>): Promise<Record<string, unknown> | undefined>
    waitForRPCs(): Promise<void>
  }
  output(value: unknown): { promise?(): Promise<Record<string, unknown>> }
}

/**
 * Runs the real `sst.config.ts` on Pulumi's SDK without its engine, a provider or AWS, and records every resource.
 * Once per process: Pulumi's runtime is global. Throws what the program throws.
 */
export async function evaluateProgram(request: EvaluationRequest): Promise<RecordedProgram> {
  if (!existsSync(platform)) throw new Error('.sst/platform is missing: run `npx sst install --stage local`')
  const work = await mkdtemp(path.join(tmpdir(), 'lean-ops-sst-'))
  const place: Workplace = {
    root,
    platform,
    work,
    // Inside the platform, because what stays outside the bundle resolves from there.
    outfile: path.join(platform, `rules.${process.pid}.mjs`),
  }
  process.env.AWS_ENDPOINT_URL ??= 'http://127.0.0.1:1'
  process.env.LEAN_OPS_DATABASE_URL ??= 'postgres://lean_ops@127.0.0.1:1/lean_ops'
  if (request.contracts !== undefined) process.env.LEAN_OPS_CONTRACTS_DIR = request.contracts
  const server = await serveCli(work, request.stage)
  try {
    const app = await readApp(request.stage, place)
    await bundleProgram(place, app, request.mutation)
    return await run(place.outfile, app.name, request.stage)
  } finally {
    process.chdir(root)
    server.close()
    server.closeAllConnections()
    await Promise.all([place.work, place.outfile].map((p) => rm(p, { recursive: true, force: true })))
  }
}

async function run(outfile: string, project: string, stage: string): Promise<RecordedProgram> {
  const pulumi: Pulumi = createRequire(path.join(platform, 'package.json'))('@pulumi/pulumi')
  const answers = answerDataSources(account, region)
  const resources: RecordedResource[] = []
  // The mock interface leaves options out; the request behind it has them, and calls the mock before anything else runs.
  let options: Omit<RecordedResource, 'type' | 'name' | 'custom' | 'inputs'> | undefined
  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) => {
        const answer = answers[token]
        if (!answer) throw new Error(`no answer for the data source ${token}`)
        return answer(inputs)
      },
      newResource: ({ type, name, inputs, custom, id }) => {
        if (!options) throw new Error(`${type} ${name} was registered without a request`)
        resources.push({ type, name, inputs, custom: custom === true, ...options })
        return { id: id || `${name}-id`, state: fakeState(type, name, inputs, account, region) }
      },
    },
    project,
    stage,
    false,
  )
  const monitor = pulumi.runtime.getMonitor()
  const register = monitor.registerResource.bind(monitor)
  monitor.registerResource = (request, callback) => {
    options = {
      parent: request.getParent().split('::').pop() || undefined,
      dependsOn: request.getDependenciesList().map((urn) => urn.split('::').slice(2).join('::')),
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      ignoreChanges: request.getIgnorechangesList(),
    }
    return register(request, callback)
  }
  pulumi.runtime.setConfig('aws:region', region)
  const module: { default: () => Promise<unknown> } = await import(pathToFileURL(outfile).href)
  const outputs = await pulumi.runtime.runInPulumiStack(() => module.default())
  await pulumi.runtime.waitForRPCs()
  const resolved = (await pulumi.output(outputs).promise?.()) ?? {}
  const topics = resources.filter(
    (r) => r.type === 'aws:sqs/queue:Queue' && r.name.startsWith('Topic_'),
  ).length
  return { stage, topics, resources, outputs: resolved }
}

/** SST's components call back into the CLI over JSON-RPC: for the account's bootstrap and to build handlers. */
async function serveCli(work: string, stage: string): Promise<Server> {
  const out = path.join(work, 'empty-build')
  await mkdir(out, { recursive: true })
  const methods: Record<string, (params: Record<string, unknown>) => unknown> = {
    'Provider.Aws.Bootstrap': () => ({
      asset: `sst-asset-${stage}`,
      assetEcrRegistryId: account,
      assetEcrUrl: '',
      state: `sst-state-${stage}`,
      appsyncHttp: '',
      appsyncRealtime: '',
    }),
    'Runtime.Build': (params) => {
      const handler = String(params.handler)
      return { out, handler, errors: handlerFaults(handler), sourcemaps: [] }
    },
    'Runtime.AddTarget': () => ({}),
  }
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const { method, params } = JSON.parse(Buffer.concat(chunks).toString())
    const answer = methods[method]
    res.end(JSON.stringify(answer ? { result: answer(params[0]) } : { error: `rpc: no method ${method}` }))
  })
  // The program keeps this process busy for seconds: an idle connection must not be closed under a request meanwhile.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port for the JSON-RPC server')
  process.env.SST_SERVER = `http://127.0.0.1:${address.port}`
  return server
}

/** The build itself is not run, but a handler path that names no file must fail here as it would there. */
function handlerFaults(handler: string): string[] {
  // SST's own placeholders (a site that is not built) name no file of ours.
  if (!/^(apps|packages)\//.test(handler)) return []
  const file = path.join(root, handler.replace(/\.[^./]+$/, '.ts'))
  return existsSync(file) || process.env.LEAN_OPS_HANDLERS_OPTIONAL ? [] : [`handler not found: ${handler}`]
}

async function readApp(stage: string, place: Workplace) {
  const outfile = `${place.outfile}.app.mjs`
  try {
    await build({
      stdin: {
        contents: `import config from "${root}/sst.config.ts"; export default config;`,
        resolveDir: root,
        loader: 'ts',
      },
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile,
      logLevel: 'error',
      banner: { js: 'const $config = (x) => x;' },
      external: ['./packages/*'],
    })
    const { default: config } = await import(pathToFileURL(outfile).href)
    const app = await config.app({ stage })
    return { protect: false, removal: 'retain', ...app, stage }
  } finally {
    await rm(outfile, { force: true })
  }
}
