import type { ColumnType } from '@lean-ops/common/odcs/column-type'
import { isPromotion } from '@lean-ops/common/odcs/compare-columns'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import { compileTables } from './compile-tables.ts'
import {
  columnDdl,
  quoteName,
  renderCreate,
  renderTableName,
  sparkType,
  type TablePlace,
} from './render-ddl.ts'
import type { TableColumn, TableShape } from './table-shape.ts'

export type TableMigration = {
  table: string
  action: 'create' | 'alter' | 'rebuild' | 'none'
  /** Spark SQL in order; for a rebuild, the new table as it has to come out. */
  statements: string[]
  /** Why it cannot be altered in place, or what stays behind. */
  notes: string[]
}

/** What applying `after` does to the tables that `before` made. Pure; undefined = nothing is there yet. */
export function planMigration(
  before: ContractModel | undefined,
  after: ContractModel,
  place: TablePlace,
): TableMigration[] {
  const there = new Map(before && compileTables(before).map((shape) => [shape.name + shape.layer, shape]))
  const isRecomputed =
    before !== undefined &&
    (JSON.stringify(before.keyPath) !== JSON.stringify(after.keyPath) ||
      JSON.stringify(before.eventVersion) !== JSON.stringify(after.eventVersion))
  return compileTables(after).map((shape) => {
    const old = there.get(shape.name + shape.layer)
    if (old === undefined) return migration(shape, place, 'create', [renderCreate(shape, place)], [])
    const found = compareShapes(old, shape, place)
    if (isRecomputed && shape.layer !== 'raw')
      found.reasons.push('the key or version path changes: every row is decided anew from RAW')
    if (found.reasons.length > 0)
      return migration(shape, place, 'rebuild', [renderCreate(shape, place)], found.reasons)
    return migration(
      shape,
      place,
      found.statements.length > 0 ? 'alter' : 'none',
      found.statements,
      found.notes,
    )
  })
}

const migration = (
  shape: TableShape,
  place: TablePlace,
  action: TableMigration['action'],
  statements: string[],
  notes: string[],
): TableMigration => ({ table: renderTableName(shape, place).replaceAll('`', ''), action, statements, notes })

type Found = { statements: string[]; reasons: string[]; notes: string[] }

function compareShapes(before: TableShape, after: TableShape, place: TablePlace): Found {
  const found: Found = { statements: [], reasons: [], notes: [] }
  const alter = (rest: string): void => {
    found.statements.push(`ALTER TABLE ${renderTableName(after, place)} ${rest};`)
  }
  const earlier = new Map(before.columns.map((c) => [c.name, c]))
  for (const column of after.columns) {
    const old = earlier.get(column.name)
    if (old === undefined) alter(`ADD COLUMN ${columnDdl(column)}`)
    else if (old.type !== column.type) {
      if (isTypePromotion(old, column))
        alter(`ALTER COLUMN ${quoteName(column.name)} TYPE ${sparkType(column.type)}`)
      else found.reasons.push(`${column.name}: ${old.type} → ${column.type} cannot be done in place`)
    } else if (old.doc !== column.doc) found.notes.push(`comment of ${column.name}: ${column.doc}`)
    // A value stored as text stays text when its protection changes; the rows still have to be written again.
    if (old?.type === column.type && old.form !== column.form)
      found.reasons.push(`${column.name}: stored values change their form`)
  }
  const later = new Set(after.columns.map((c) => c.name))
  for (const column of before.columns)
    if (!later.has(column.name)) found.reasons.push(`${column.name}: is taken out`)
  for (const [key, value] of Object.entries(after.properties))
    if (before.properties[key] !== value) alter(`SET TBLPROPERTIES ('${key}' = '${value}')`)
  return found
}

const isTypePromotion = (a: TableColumn, b: TableColumn): boolean => {
  const [from, to] = [columnTypeOf(a.type), columnTypeOf(b.type)]
  return from !== undefined && to !== undefined && isPromotion(from, to)
}

function columnTypeOf(type: string): ColumnType | undefined {
  const decimal = /^decimal\((\d+),(\d+)\)$/.exec(type)
  if (decimal) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) }
  return type === 'int' || type === 'long' || type === 'float' || type === 'double'
    ? { kind: type }
    : undefined
}
