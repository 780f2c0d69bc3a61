import type { JsonPatchOperation } from '@lean-ops/common/contract/operation'

export const patchOps = ['replace', 'add', 'remove', 'move', 'copy', 'test'] as const
export type PatchOp = (typeof patchOps)[number]

/** One step as it is typed; `value` is JSON, or a word that is meant as text. */
export type PatchStep = { key: number; op: PatchOp; path: string; from: string; value: string }

export const opWords: Record<PatchOp, string> = {
  replace: 'Set the value at',
  add: 'Add a value at',
  remove: 'Remove',
  move: 'Move to',
  copy: 'Copy to',
  test: 'Only where the value equals, at',
}

export const hasValue = (op: PatchOp): boolean => op === 'replace' || op === 'add' || op === 'test'
export const hasFrom = (op: PatchOp): boolean => op === 'move' || op === 'copy'

/** A JSON Pointer from what people write: `$.items[0].sku`, `items.0`, `/items/0`; '' and `$` are the whole body. */
export function toPointer(typed: string): string {
  const text = typed.trim()
  if (text === '' || text === '$' || text === '/') return ''
  if (text.startsWith('/')) return text
  const steps: string[] = []
  const form = /\.?([^.[\]]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/gy
  const rest = text.startsWith('$') ? text.slice(1) : text
  for (let match = form.exec(rest); match; match = form.exec(rest))
    steps.push(match[1] ?? match[2] ?? (JSON.parse(`"${match[3] ?? ''}"`) as string))
  return steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** What is typed as a value: JSON where it is JSON, else the text itself. */
export function toValue(typed: string): unknown {
  try {
    return JSON.parse(typed)
  } catch {
    return typed
  }
}

/** The patch that the steps mean, or what is still missing in them. */
export function stepsToPatch(
  steps: readonly PatchStep[],
): { patch: JsonPatchOperation[] } | { missing: string } {
  const patch: JsonPatchOperation[] = []
  for (const [index, step] of steps.entries()) {
    const path = toPointer(step.path)
    const nth = steps.length > 1 ? `Step ${index + 1}: ` : ''
    if (step.op === 'remove' && path === '') return { missing: `${nth}say what to remove.` }
    if (hasValue(step.op) && step.value.trim() === '') return { missing: `${nth}say which value.` }
    if (hasFrom(step.op) && toPointer(step.from) === '') return { missing: `${nth}say from where.` }
    switch (step.op) {
      case 'remove':
        patch.push({ op: 'remove', path })
        break
      case 'move':
      case 'copy':
        patch.push({ op: step.op, from: toPointer(step.from), path })
        break
      case 'add':
      case 'replace':
      case 'test':
        patch.push({ op: step.op, path, value: toValue(step.value) })
    }
  }
  return { patch }
}
