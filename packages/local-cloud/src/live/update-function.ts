import path from 'node:path'
import { GetFunctionCommand, type LambdaClient, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda'
import { AppError } from '@lean-ops/common/errors/app-error'
import { build } from 'esbuild'
import { unzipSync, type Zippable, zipSync } from 'fflate'
import { bundleOptions } from './bundle-options.ts'

const bundleName = 'bundle.mjs'

/**
 * Bundles a function's source and, when the bundle differs from what runs, replaces it. The other files of its
 * zip (topic registry, migrations) stay as deployed. Throws esbuild's BuildFailure.
 */
export async function updateFunction(
  lambda: LambdaClient,
  name: string,
  source: string,
): Promise<'same' | 'updated'> {
  const [built, deployed] = await Promise.all([build(bundleOptions(source)), downloadCode(lambda, name)])
  const files: Zippable = Object.fromEntries(
    built.outputFiles.map((file) => [path.basename(file.path), file.contents]),
  )
  const bundle = files[bundleName]
  if (!(bundle instanceof Uint8Array))
    throw new AppError('INTERNAL', `esbuild wrote no ${bundleName} for ${name}`)
  const running = deployed[bundleName]
  if (running && Buffer.compare(running, bundle) === 0) return 'same'
  const zip = zipSync({ ...deployed, ...files }, { level: 1 })
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: zip }))
  return 'updated'
}

async function downloadCode(lambda: LambdaClient, name: string): Promise<Record<string, Uint8Array>> {
  const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName: name }))
  if (!Code?.Location) throw new AppError('UNAVAILABLE', `no code location for ${name}`)
  const answer = await fetch(Code.Location)
  if (!answer.ok) throw new AppError('UNAVAILABLE', `the code of ${name} answers ${answer.status}`)
  return unzipSync(new Uint8Array(await answer.arrayBuffer()))
}
