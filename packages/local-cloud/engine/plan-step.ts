import type { ResourceKind } from '../provider/resource-kind.ts'
import { diffInputs, type InputsDiff } from './diff-inputs.ts'
import { type ResourceState, unknownValue } from './resource-state.ts'

export type Operation = 'create' | 'update' | 'replace' | 'same' | 'delete'

export interface Step {
  readonly operation: Exclude<Operation, 'delete'>
  readonly diff: InputsDiff
  /** Top-level properties that force a replacement. */
  readonly replaceKeys: readonly string[]
}

/**
 * Decides what a registered resource needs. Pure.
 * @param force put again even what did not change, because the emulator may have lost it.
 * @throws Error naming resource, property and remedy when only a replacement would do and that cannot be done.
 */
export function planStep(request: {
  kind: ResourceKind | undefined
  now: ResourceState
  before: ResourceState | undefined
  force: boolean
  replaceOnChanges?: readonly string[]
}): Step {
  const { kind, now, before, force } = request
  if (before === undefined) return { operation: 'create', diff: {}, replaceKeys: [] }
  // Components have no inputs of their own: they exist as soon as they are registered.
  if (kind === undefined) return { operation: 'same', diff: {}, replaceKeys: [] }
  const diff = diffInputs(before.inputs, now.inputs)
  const changed = new Set(Object.keys(diff).map((path) => path.split('.')[0] ?? path))
  const immutable = [...(kind.immutable ?? []), ...(request.replaceOnChanges ?? [])]
  const replaceKeys = [...changed].filter((key) => immutable.includes(key) && isKnown(now.inputs[key]))
  if (replaceKeys.length > 0) {
    refuseReplacement(kind, now, before, replaceKeys)
    return { operation: 'replace', diff, replaceKeys }
  }
  const isChanged = changed.size > 0 || (force && kind.treatment === 'created')
  return { operation: isChanged ? 'update' : 'same', diff, replaceKeys: [] }
}

function refuseReplacement(
  kind: ResourceKind,
  now: ResourceState,
  before: ResourceState,
  keys: readonly string[],
): void {
  const [key = ''] = keys
  const subject = `${now.type} "${now.urn.split('::').at(-1)}": "${key}" cannot be changed in place (${show(before.inputs[key])} → ${show(now.inputs[key])})`
  if (before.protect === true)
    throw new Error(
      `${subject} and the resource is protected. Remedy: take "protect" off and deploy, then change it`,
    )
  if (kind.replacement?.kind === 'refuse') throw new Error(`${subject}. Remedy: ${kind.replacement.remedy}`)
}

function isKnown(value: unknown): boolean {
  return value !== unknownValue
}

function show(value: unknown): string {
  return value === undefined ? 'unset' : JSON.stringify(value)
}
