import path from 'node:path'
import { GetFunctionCommand, type LambdaClient, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda'
import { AppError } from '@lean-ops/common/errors/app-error'
import { context } from 'esbuild'
import { unzipSync, type Zippable, zipSync } from 'fflate'
import { rootDir } from '../supervisor/local-paths.ts'
import { bundleOptions } from './bundle-options.ts'

export type LiveFunction = {
  readonly name: string
  readonly source: string
  /** Builds; when the bundle differs from what runs, replaces it. Throws esbuild's BuildFailure. */
  readonly update: () => Promise<'same' | 'updated'>
  readonly dependsOn: (files: ReadonlySet<string>) => boolean
  readonly close: () => Promise<void>
}

const bundleName = 'bundle.mjs'

/** A deployed function that follows its source. Its zip's other files (topic registry, secrets) stay as deployed. */
export async function openLiveFunction(
  lambda: LambdaClient,
  name: string,
  source: string,
): Promise<LiveFunction> {
  const builder = await context(bundleOptions(source))
  let inputs = new Set<string>([source])
  let running: Uint8Array | undefined
  // Read once: what the zip holds besides the bundle changes with a deploy only, and that opens us anew.
  let deployed: Record<string, Uint8Array> | undefined

  return {
    name,
    source,
    dependsOn: (files) => [...files].some((file) => inputs.has(file)),
    close: () => builder.dispose(),
    update: async () => {
      const built = await builder.rebuild()
      inputs = new Set(Object.keys(built.metafile.inputs).map((file) => path.resolve(rootDir, file)))
      const files: Zippable = Object.fromEntries(
        built.outputFiles.map((file) => [path.basename(file.path), file.contents]),
      )
      const bundle = built.outputFiles.find((file) => file.path.endsWith(bundleName))?.contents
      if (!bundle) throw new AppError('INTERNAL', `esbuild wrote no ${bundleName} for ${name}`)
      deployed ??= await downloadCode(lambda, name)
      running ??= deployed[bundleName]
      if (running && Buffer.compare(running, bundle) === 0) return 'same'
      const zip = zipSync({ ...deployed, ...files }, { level: 1 })
      await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: zip }))
      running = bundle
      return 'updated'
    },
  }
}

async function downloadCode(lambda: LambdaClient, name: string): Promise<Record<string, Uint8Array>> {
  const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName: name }))
  if (!Code?.Location) throw new AppError('UNAVAILABLE', `no code location for ${name}`)
  const answer = await fetch(Code.Location)
  if (!answer.ok) throw new AppError('UNAVAILABLE', `the code of ${name} answers ${answer.status}`)
  return unzipSync(new Uint8Array(await answer.arrayBuffer()))
}
