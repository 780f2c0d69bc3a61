import type { ColumnType } from './column-type.ts'
import { compareExact } from './decimal-text.ts'

/** Order of two canonical texts of one type: numbers by value, times by their text (UTC, fixed width). */
export function compareValues(a: string, b: string, type: ColumnType): number {
  switch (type.kind) {
    case 'int':
    case 'long':
    case 'decimal':
    case 'float':
    case 'double':
      return compareExact(a, b)
    default:
      return a < b ? -1 : a > b ? 1 : 0
  }
}
