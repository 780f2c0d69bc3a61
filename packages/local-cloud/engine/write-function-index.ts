import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isStoredAsset } from '../provider/read-asset.ts'
import type { ResourceState } from './resource-state.ts'

/** One deployed function, for whoever replaces its code while it runs. */
export interface DeployedFunction {
  readonly functionName: string
  /** The SST component's (or resource's) logical name. */
  readonly component: string
  /** The handler in the zip, e.g. `bundle.handler`. */
  readonly handler: string
  /** The handler in the source as the program names it, e.g. `packages/pipeline/src/handlers/sampler.handler`. */
  readonly source?: string
  readonly runtime: string
  readonly s3Bucket: string
  readonly s3Key: string
  /** The zip that was uploaded, when the program uploaded it from a file. */
  readonly artifact?: string
}

/** Writes `[DeployedFunction]` as JSON beside the checkpoint's copy. */
export async function writeFunctionIndex(file: string, resources: readonly ResourceState[]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(buildFunctionIndex(resources), null, 2)}\n`)
}

export function buildFunctionIndex(resources: readonly ResourceState[]): DeployedFunction[] {
  const artifacts = new Map<string, string>()
  for (const { type, inputs } of resources)
    if (type === 'aws:s3/bucketObjectv2:BucketObjectv2' && isStoredAsset(inputs.source) && inputs.source.path)
      artifacts.set(`${inputs.bucket}/${inputs.key}`, inputs.source.path)
  const sources = new Map(resources.map(({ urn, outputs }) => [urn, sourceOf(outputs)]))
  return resources
    .filter(({ type }) => type === 'aws:lambda/function:Function')
    .map(({ urn, parent, inputs, outputs }) => {
      const artifact = artifacts.get(`${inputs.s3Bucket}/${inputs.s3Key}`)
      const owner = parent?.split('::')[2]?.endsWith('sst:aws:Function') ? parent : urn
      const source = sources.get(owner)
      return {
        functionName: String(outputs.name ?? inputs.name),
        component: owner.split('::').at(-1) ?? owner,
        handler: String(inputs.handler),
        ...(source !== undefined && { source }),
        runtime: String(inputs.runtime),
        s3Bucket: String(inputs.s3Bucket),
        s3Key: String(inputs.s3Key),
        ...(artifact !== undefined && { artifact }),
      }
    })
    .sort((a, b) => a.functionName.localeCompare(b.functionName))
}

/** SST's Function component registers its source handler as metadata. */
function sourceOf(outputs: ResourceState['outputs']): string | undefined {
  const { _metadata: metadata } = outputs as { _metadata?: { handler?: unknown } }
  return typeof metadata?.handler === 'string' ? metadata.handler : undefined
}
