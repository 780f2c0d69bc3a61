import type { RecordedProgram, RecordedResource } from '../testing/recorded-program.ts'

/** A statement about every program this repository can deploy, with the changes that must make it fail. */
export type Rule = {
  name: string
  /** Sentences, one per violation; empty = obeyed. */
  check(program: RecordedProgram): string[]
  /** Each changes a copy of an obedient program; the rule must then complain. Throws when there is nothing to change. */
  mutations: Record<string, (program: RecordedProgram) => void>
  /** Stages it says something about. */
  stages?: readonly ('local' | 'production')[]
}

/** Custom resources of a type, by its last part: `Queue`, `EventSourceMapping`. */
export const select = (program: RecordedProgram, kind: string): RecordedResource[] =>
  program.resources.filter((r) => r.custom && r.type.endsWith(`:${kind}`))

/** The last resource of a type (optionally with a name), for a mutation to change. */
export function take(program: RecordedProgram, kind: string, name?: string): RecordedResource {
  const found = select(program, kind).findLast((r) => name === undefined || r.name === name)
  if (found === undefined) throw new Error(`nothing to mutate: no ${kind} ${name ?? ''}`)
  return found
}

/** ARN the evaluation made up for a resource whose physical name is its own. */
export const physicalName = (resource: RecordedResource): string =>
  String(resource.inputs.name ?? resource.inputs.bucket ?? resource.name)

export const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export const record = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}

export const list = (value: unknown): unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
