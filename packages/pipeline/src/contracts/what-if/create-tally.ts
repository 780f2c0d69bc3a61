import type { WhatIf, WhatIfSample } from '@lean-ops/common/contract/what-if'
import { maskToken } from '@lean-ops/common/masking/mask-json-text'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import type { ChangeVerdict } from './judge-change.ts'

const samplesMax = 5
const valueMax = 80

export type JudgedRow = { messageId: string; ingestedAt: Date | null; verdict: ChangeVerdict }

/** Counts verdicts in memory that does not grow with the rows: counters per column and code, and a handful of samples. */
export function createTally(current: ContractModel | undefined, candidate: ContractModel) {
  const rows: WhatIf['rows'] = {
    read: 0,
    unchanged: 0,
    heals: 0,
    newlyFails: 0,
    changesValue: 0,
    stillFails: 0,
    enters: 0,
    unreadable: 0,
  }
  const newlyFailing = new Map<string, WhatIf['newlyFailing'][number]>()
  const healing = new Map<string, WhatIf['healing'][number]>()
  const changing = new Map<string, WhatIf['changing'][number]>()
  const samples: WhatIf['samples'] = { heals: [], newlyFails: [], changesValue: [] }
  const isClear = (name: string): boolean => isClearIn(current, name) && isClearIn(candidate, name)

  return {
    add({ messageId, ingestedAt, verdict }: JudgedRow): void {
      rows.read += 1
      rows[verdict.fate] += 1
      for (const { column, code, rule } of verdict.faults) {
        if (verdict.fate === 'newlyFails')
          count(newlyFailing, `${column} ${code} ${rule}`, { column, code, rule, count: 0 })
        else count(healing, `${column} ${code}`, { column, code, count: 0 })
      }
      for (const { column } of verdict.changed) count(changing, column, { column, count: 0 })
      if (!isSampled(verdict.fate) || samples[verdict.fate].length >= samplesMax) return
      samples[verdict.fate].push({
        messageId,
        ingestedAt: ingestedAt?.toISOString() ?? null,
        fields: fieldsOf(verdict, isClear),
      })
    },
    result: () => ({
      rows,
      newlyFailing: byCount(newlyFailing),
      healing: byCount(healing),
      changing: byCount(changing),
      samples,
    }),
  }
}

const isSampled = (fate: ChangeVerdict['fate']): fate is keyof WhatIf['samples'] =>
  fate === 'heals' || fate === 'newlyFails' || fate === 'changesValue'

const isClearIn = (model: ContractModel | undefined, name: string): boolean => {
  const column = model?.columns.find((c) => c.name === name)
  return column === undefined ? model === undefined : column.classification === null
}

function fieldsOf(verdict: ChangeVerdict, isClear: (column: string) => boolean): WhatIfSample['fields'] {
  const shown = (column: string, value: string | null): string | null =>
    value === null ? null : isClear(column) ? value.slice(0, valueMax) : maskToken
  if (verdict.changed.length > 0)
    return verdict.changed.map(({ column, before, after }) => ({
      column,
      before: shown(column, before),
      after: shown(column, after),
    }))
  // A fault says kinds and names, never the value.
  const side = verdict.fate === 'heals' ? 'before' : 'after'
  return verdict.faults.map((fault) => ({
    column: fault.column,
    before: side === 'before' ? fault.detail : 'passes',
    after: side === 'after' ? fault.detail : 'passes',
  }))
}

function count<T extends { count: number }>(into: Map<string, T>, key: string, first: T): void {
  const known = into.get(key) ?? first
  known.count += 1
  into.set(key, known)
}

const byCount = <T extends { count: number }>(counted: ReadonlyMap<string, T>): T[] =>
  [...counted.values()].sort((a, b) => b.count - a.count)
