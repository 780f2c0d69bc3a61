import { stackType } from './resource-state.ts'

/** Pulumi's URN: stack, project, the chain of parent types (without the stack's own) and the logical name. */
export function buildUrn(place: {
  stack: string
  project: string
  parent: string | undefined
  type: string
  name: string
}): string {
  const parentType = place.parent?.split('::')[2]
  const chain =
    parentType === undefined || parentType === stackType ? place.type : `${parentType}$${place.type}`
  return `urn:pulumi:${place.stack}::${place.project}::${chain}::${place.name}`
}
