import type { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'
import type { PlanSelection } from '@lean-ops/common/contract/plan'

/** Ticked rows, or everything that matches the filter but some. New rows never join either. */
export type Selection =
  | { by: 'ids'; ids: ReadonlySet<string> }
  | { by: 'filter'; except: ReadonlySet<string> }

export const emptySelection: Selection = { by: 'ids', ids: new Set() }

/** How many explicit ids a plan takes, and how many exclusions. */
export const selectionMax = 500

export function isSelected(selection: Selection, id: string): boolean {
  return selection.by === 'ids' ? selection.ids.has(id) : !selection.except.has(id)
}

/** Ticks or unticks rows. Beyond the limit nothing changes: a part of what was meant would be the wrong thing. */
export function setSelected(selection: Selection, ids: readonly string[], isOn: boolean): Selection {
  const listed = new Set(selection.by === 'ids' ? selection.ids : selection.except)
  const isListed = selection.by === 'ids' ? isOn : !isOn
  for (const id of ids) {
    if (isListed) listed.add(id)
    else listed.delete(id)
  }
  if (listed.size > selectionMax) return selection
  return selection.by === 'ids' ? { by: 'ids', ids: listed } : { by: 'filter', except: listed }
}

/** How many are selected, given how many match. */
export function countSelected(selection: Selection, matching: number): number {
  return selection.by === 'ids' ? selection.ids.size : Math.max(0, matching - selection.except.size)
}

/** The selection as a plan takes it: exactly these ids, or the filter that is seen minus what was unticked. */
export function planSelection(selection: Selection, filter: DeadLetterFilter): PlanSelection {
  if (selection.by === 'ids') return { by: 'ids', ids: [...selection.ids] }
  return { by: 'filter', filter, except: [...selection.except] }
}
