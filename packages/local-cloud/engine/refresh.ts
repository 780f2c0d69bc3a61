import { getResourceKind } from '../provider/registry.ts'
import type { Deployment } from './deployment.ts'
import type { ResourceState } from './resource-state.ts'

/** Forgets what is gone from the emulator, so that the next deployment makes it again. Changes nothing there. */
export async function refreshResources(deployment: Deployment): Promise<void> {
  const { writer } = deployment
  await Promise.all(
    writer.unseen().map((resource) => deployment.limit(() => refreshOne(deployment, resource))),
  )
}

async function refreshOne(
  { writer, events, counts, context }: Deployment,
  resource: ResourceState,
): Promise<void> {
  const kind = resource.custom ? getResourceKind(resource.type) : undefined
  const isThere =
    kind?.treatment !== 'created' ||
    (resource.id !== undefined &&
      (await kind.read({ id: resource.id, inputs: resource.inputs, outputs: resource.outputs }, context)) !==
        undefined)
  if (isThere) {
    counts.same++
    writer.record(resource)
    return
  }
  const event = { operation: 'delete', before: resource, now: undefined, diff: {} } as const
  events.began(event)
  writer.forget(resource.urn)
  counts.delete++
  events.ended(event)
}
