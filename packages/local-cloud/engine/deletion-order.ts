import type { ResourceState } from './resource-state.ts'

/**
 * For each resource that goes: the URNs that must be gone before it (what depends on it, and its children).
 * @param doomed in order of creation; ties keep the reverse of that order.
 */
export function planDeletion(
  doomed: readonly ResourceState[],
): { resource: ResourceState; after: readonly string[] }[] {
  const going = new Set(doomed.map(({ urn }) => urn))
  const after = new Map<string, string[]>(doomed.map(({ urn }) => [urn, []]))
  for (const { urn, parent, dependencies = [] } of doomed)
    for (const needed of new Set([...dependencies, ...(parent === undefined ? [] : [parent])]))
      if (going.has(needed) && needed !== urn) after.get(needed)?.push(urn)
  return doomed.toReversed().map((resource) => ({ resource, after: after.get(resource.urn) ?? [] }))
}
