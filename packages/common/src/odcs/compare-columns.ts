import { type ColumnType, formatColumnType } from './column-type.ts'
import type { Change } from './compare-contracts.ts'
import { compareRules } from './compare-rules.ts'
import type { ContractColumn } from './contract-model.ts'

const announce = 'keep it; or add a new property beside it, move the readers, and raise the major version'

/** Changes between the columns of two versions. Columns are the same when their payload path is. */
export function compareColumns(
  before: readonly ContractColumn[],
  after: readonly ContractColumn[],
): Change[] {
  const earlier = byPath(before)
  const later = byPath(after)
  return [
    ...before.flatMap((column) => {
      const now = later.get(pathOf(column))
      return now === undefined ? [removed(column)] : compareColumn(column, now)
    }),
    ...after.filter((column) => !earlier.has(pathOf(column))).map(added),
  ]
}

const pathOf = (column: ContractColumn): string => JSON.stringify(column.path)
const byPath = (columns: readonly ContractColumn[]): Map<string, ContractColumn> =>
  new Map(columns.map((c) => [pathOf(c), c]))
const nameOf = (column: ContractColumn): string => column.path.join('.')

const removed = (column: ContractColumn): Change => ({
  verdict: 'breaking',
  path: nameOf(column),
  what: `column ${column.name} removed`,
  reason: 'queries that name it fail, and what it holds can no longer be read',
  remedy: 'keep it and relax required; drop it with a new major version when nobody reads it',
})

function added(column: ContractColumn): Change {
  const what = `column ${column.name} ${formatColumnType(column.type)} added`
  const path = nameOf(column)
  const refusing = column.rules.filter((r) => r.action !== 'warn')
  if (column.isCritical || column.required)
    return {
      verdict: 'breaking',
      path,
      what: `${what} as ${column.isCritical ? 'critical' : 'required'}`,
      reason: 'rows that are there have no value, and producers that do not send it yet would be refused',
      remedy:
        'add it optional; make it required in a later major version, after what-if shows that all send it',
    }
  return {
    verdict: 'compatible',
    path,
    what,
    reason: 'optional: rows that are there read as null',
    remedy:
      refusing.length === 0
        ? null
        : `its rule ${refusing.map((r) => r.name).join(', ')} refuses rows that bring another value: try action: warn first`,
  }
}

function compareColumn(before: ContractColumn, after: ContractColumn): Change[] {
  const path = nameOf(before)
  const changes: Change[] = []
  const add = (verdict: Change['verdict'], what: string, reason: string, remedy: string | null): void => {
    changes.push({ verdict, path, what, reason, remedy })
  }
  if (before.name !== after.name)
    add('breaking', `column ${before.name} renamed to ${after.name}`, 'queries that name it fail', announce)
  const isSameType = formatColumnType(before.type) === formatColumnType(after.type)
  if (!isSameType) changes.push({ path, ...compareTypes(before.type, after.type) })
  if (isSameType && before.timestampFormat !== after.timestampFormat)
    add(
      'breaking',
      `timestampFormat ${before.timestampFormat} → ${after.timestampFormat}`,
      'values written the old way are refused, and numbers may mean another instant',
      announce,
    )
  if (before.isCritical !== after.isCritical)
    if (after.isCritical)
      add(
        'breaking',
        'made a critical data element',
        'rows without a value, which pass today, would be refused',
        'run what-if to see how many; fix the producers first, then raise the major version',
      )
    else add('compatible', 'no longer a critical data element', 'fewer rows are refused', null)
  else if (before.required !== after.required)
    if (after.required)
      add(
        'breaking',
        'made required',
        'readers may rely on it, while rows that are there have none',
        'run what-if to see how many rows have none, then raise the major version',
      )
    else add('compatible', 'no longer required', 'every row that fits today still fits', null)
  if (before.isCritical && after.isCritical && before.isBlankAllowed !== after.isBlankAllowed)
    if (after.isBlankAllowed) add('compatible', 'blank allowed', 'fewer rows are refused', null)
    else
      add(
        'breaking',
        'blank no longer allowed',
        'rows with an empty text, which pass today, would be refused',
        'run what-if to see how many, then raise the major version',
      )
  if (before.classification !== after.classification)
    add(
      'breaking',
      `classification ${before.classification ?? 'none'} → ${after.classification ?? 'none'}`,
      after.classification === null
        ? 'values that were protected would be stored in clear'
        : 'rows that are there keep what was stored; joins and types of the column change',
      'raise the major version and rebuild the semantic table, so that no row keeps the old form',
    )
  if (isSameType || isPromotion(before.type, after.type))
    changes.push(...compareRules(before.rules, after.rules, after.type).map((c) => ({ path, ...c })))
  return changes
}

/** The changes of a column's type that Iceberg makes in place, without reading a row. */
export function isPromotion(before: ColumnType, after: ColumnType): boolean {
  if (before.kind === 'decimal' && after.kind === 'decimal')
    return after.scale === before.scale && after.precision > before.precision
  return (
    (before.kind === 'int' && after.kind === 'long') || (before.kind === 'float' && after.kind === 'double')
  )
}

function compareTypes(before: ColumnType, after: ColumnType): Omit<Change, 'path'> {
  const what = `type ${formatColumnType(before)} → ${formatColumnType(after)}`
  if (isPromotion(before, after))
    return { verdict: 'compatible', what, reason: 'Iceberg promotes it in place', remedy: null }
  return { verdict: 'breaking', what, reason: typeReason(before, after), remedy: announce }
}

function typeReason(before: ColumnType, after: ColumnType): string {
  if (before.kind === 'decimal' && after.kind === 'decimal')
    return after.scale !== before.scale
      ? 'Iceberg cannot change the scale of a decimal: stored digits would mean another value'
      : 'values that are there may have more digits than the new precision'
  if (isPromotion(after, before)) return 'values that are there may not fit the narrower type'
  if (
    before.kind === 'timestamp' ||
    before.kind === 'date' ||
    after.kind === 'timestamp' ||
    after.kind === 'date'
  )
    return 'Iceberg does not convert to or from times in place'
  return 'Iceberg promotes in place only int → long, float → double and a decimal to more digits of the same scale'
}
