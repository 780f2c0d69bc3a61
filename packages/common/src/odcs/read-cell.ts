import { findJsonText } from '../messages/find-json-text.ts'
import type { Cell } from './cast-value.ts'

export type ReadCell =
  | { found: 'value'; cell: Cell }
  /** Absent or JSON null: SQL NULL either way. */
  | { found: 'nothing' }
  /** A member on the way is there, but is no object: the value cannot be read, and that is not the same as absent. */
  | { found: 'blocked'; at: readonly string[] }

/** What stands at `path` of a payload that is known to be a valid JSON object. Of duplicate names the last wins. */
export function readCell(payload: string, path: readonly string[]): ReadCell {
  let text = payload
  for (const [depth, name] of path.entries()) {
    const next = findJsonText(text, [name])
    if (next === undefined || next === 'null') return { found: 'nothing' }
    const isLast = depth === path.length - 1
    if (!isLast && !next.startsWith('{')) return { found: 'blocked', at: path.slice(0, depth + 1) }
    text = next
  }
  return { found: 'value', cell: toCell(text) }
}

/** The cell of one JSON value other than null. */
function toCell(text: string): Cell {
  switch (text[0]) {
    case '"':
      return { kind: 'string', text: decodeString(text) }
    case '{':
      return { kind: 'object', text }
    case '[':
      return { kind: 'array', text }
    case 't':
    case 'f':
      return { kind: 'boolean', text }
    default:
      return { kind: 'number', text }
  }
}

function decodeString(text: string): string {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'string') throw new Error('a JSON text in quotes is a string')
  return value
}
