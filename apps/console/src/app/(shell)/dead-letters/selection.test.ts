import { expect, it } from 'vitest'
import {
  countSelected,
  emptySelection,
  isSelected,
  planSelection,
  selectionMax,
  setSelected,
} from './selection.ts'

it('ticks are ids; "all matching" is the filter minus what is unticked', () => {
  const ticked = setSelected(setSelected(emptySelection, ['a', 'b', 'c'], true), ['b'], false)
  const all = setSelected({ by: 'filter', except: new Set() }, ['b'], false)
  const filter = { topic: ['orders'], status: ['open' as const] }

  expect(countSelected(ticked, 1204)).toBe(2)
  expect(planSelection(ticked, filter)).toEqual({ by: 'ids', ids: ['a', 'c'] })
  expect(countSelected(all, 1204)).toBe(1203)
  expect(isSelected(all, 'b')).toBe(false)
  expect(isSelected(all, 'never-seen')).toBe(true)
  expect(planSelection(all, filter)).toEqual({ by: 'filter', filter, except: ['b'] })
  expect(countSelected(setSelected(all, ['b'], true), 1204)).toBe(1204)
})

it('takes no more than a plan does, and then changes nothing at all', () => {
  const many = Array.from({ length: selectionMax }, (_, index) => String(index))
  const full = setSelected(emptySelection, many, true)

  expect(setSelected(full, ['one', 'more'], true)).toBe(full)
})
