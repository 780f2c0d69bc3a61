import { openInputs } from '../provider/open-inputs.ts'
import type { CreatedKind, ProviderContext, PutOutputs, ResourceKind } from '../provider/resource-kind.ts'
import type { ResourceState } from './resource-state.ts'

/** Creates or updates one resource. @returns its id and outputs; a component has only its name. */
export async function putResource(
  context: ProviderContext,
  kind: ResourceKind | undefined,
  now: ResourceState,
  before: ResourceState | undefined,
): Promise<PutOutputs> {
  const name = now.urn.split('::').at(-1) ?? now.urn
  if (kind === undefined) return { id: name }
  if (kind.treatment === 'recorded')
    return kind.outputs({ type: now.type, name, inputs: now.inputs }, context)
  const mapped = mapInputs(kind, now, name, context)
  const previous = before && { id: before.id ?? '', inputs: before.inputs, outputs: before.outputs }
  return await kind.put(mapped, context, previous)
}

/** @throws Error when the program sets a property that the kind neither reads nor lists as ignored: nothing is dropped silently. */
function mapInputs(kind: CreatedKind, now: ResourceState, name: string, context: ProviderContext): unknown {
  const where = `${now.type} "${name}"`
  const { inputs, unread } = openInputs(where, name, now.urn, now.inputs)
  const mapped = kind.map(inputs, context)
  const dropped = unread(kind.ignored ?? {})
  if (dropped.length > 0)
    throw new Error(
      `${where}: ${dropped.map((path) => `"${path}"`).join(', ')} would be dropped. Map it in packages/local-cloud/provider, or list it there as ignored with the reason`,
    )
  return mapped
}
