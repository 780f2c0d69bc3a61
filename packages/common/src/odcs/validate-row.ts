import type { FailureCode } from '../contract/failure-code.ts'
import { castValue } from './cast-value.ts'
import { checkRule } from './check-rule.ts'
import { formatColumnType } from './column-type.ts'
import type { ContractColumn, Rule } from './contract-model.ts'
import { readCell } from './read-cell.ts'

export type RowCode = Extract<FailureCode, 'CDE_MISSING' | 'TYPE_CAST' | 'RULE'>

/** One failing field. `detail` says kinds and names, never the value: it is shown to people who may not see it. */
export type FieldFault = {
  column: string
  path: readonly string[]
  code: RowCode
  rule: string | null
  detail: string
}

/** Something worth a finding that does not refuse the row. */
export type FieldWarning = { column: string; code: 'RULE' | 'REQUIRED_MISSING'; rule: string | null }

export type RowVerdict = {
  passes: boolean
  /** First of CDE_MISSING, TYPE_CAST, RULE among the faults; null when the row passes. */
  code: RowCode | null
  faults: FieldFault[]
  warnings: FieldWarning[]
  /** A rule with action `fail` was broken: the pass stops, not only this row. */
  stopsPass: boolean
  /** Canonical text per column name (see `cast-value`), null where there is none. Clear values: protect before storing. */
  values: Record<string, string | null>
}

const order: readonly RowCode[] = ['CDE_MISSING', 'TYPE_CAST', 'RULE']

/**
 * Judges one payload against a contract's columns: try-cast, then critical data elements, then rules; every failing field is
 * listed, with one fault for each column except that each broken rule counts. `payload` is the exact text of a valid JSON
 * object. Pure; shares `golden/validate-row.json` with the semantic job.
 */
export function validateRow(payload: string, columns: readonly ContractColumn[]): RowVerdict {
  const faults: FieldFault[] = []
  const warnings: FieldWarning[] = []
  const values: [string, string | null][] = []
  let stopsPass = false
  for (const column of columns) {
    const found = castColumn(payload, column)
    values.push([column.name, found.value])
    if (found.fault !== null) {
      faults.push(faultOf(column, found.fault.code, null, found.fault.detail))
      continue
    }
    if (found.value === null) {
      if (column.required) warnings.push({ column: column.name, code: 'REQUIRED_MISSING', rule: null })
      continue
    }
    for (const rule of brokenRules(column, found.value)) {
      if (rule.action === 'warn') warnings.push({ column: column.name, code: 'RULE', rule: rule.name })
      else faults.push(faultOf(column, 'RULE', rule.name, `breaks the ${rule.kind} rule ${rule.name}`))
      stopsPass ||= rule.action === 'fail'
    }
  }
  const code = order.find((c) => faults.some((f) => f.code === c)) ?? null
  return { passes: code === null, code, faults, warnings, stopsPass, values: Object.fromEntries(values) }
}

type CastColumn = { value: string | null; fault: { code: RowCode; detail: string } | null }

function castColumn(payload: string, column: ContractColumn): CastColumn {
  const read = readCell(payload, column.path)
  const type = formatColumnType(column.type)
  if (read.found === 'blocked')
    return refuse('TYPE_CAST', `${read.at.join('.')} is no object, so that ${type} cannot be read`)
  const isMissing =
    read.found === 'nothing' ||
    (column.isCritical && !column.isBlankAllowed && read.cell.kind === 'string' && read.cell.text === '')
  if (isMissing && column.isCritical) return refuse('CDE_MISSING', 'a critical data element is missing')
  if (read.found === 'nothing') return { value: null, fault: null }
  const value = castValue(read.cell, column.type, column.timestampFormat)
  if (value !== undefined) return { value, fault: null }
  return refuse('TYPE_CAST', `a ${read.cell.kind} that is no ${type}${formatHint(column)}`)
}

const refuse = (code: RowCode, detail: string): CastColumn => ({ value: null, fault: { code, detail } })

const formatHint = (column: ContractColumn): string =>
  column.type.kind === 'timestamp' ? ` (${column.timestampFormat})` : ''

const brokenRules = (column: ContractColumn, value: string): Rule[] =>
  column.rules.filter((rule) => !checkRule(rule, value, column.type))

const faultOf = (column: ContractColumn, code: RowCode, rule: string | null, detail: string): FieldFault => ({
  column: column.name,
  path: column.path,
  code,
  rule,
  detail,
})
