import { isDeepStrictEqual } from 'node:util'
import { isStoredAsset } from '../provider/read-asset.ts'

export type DiffKind = 'add' | 'delete' | 'update'
export type InputsDiff = Readonly<Record<string, DiffKind>>

/**
 * The properties that differ, by dotted path: objects are compared field by field, lists and values as a whole.
 * Files count by content, so that the same zip at another path is no change.
 */
export function diffInputs(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  path = '',
): InputsDiff {
  const diff: Record<string, DiffKind> = {}
  for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    const [old, now] = [comparable(before[key]), comparable(after[key])]
    const at = path === '' ? key : `${path}.${key}`
    if (old === undefined && now === undefined) continue
    if (old === undefined) diff[at] = 'add'
    else if (now === undefined) diff[at] = 'delete'
    else if (isPlainObject(old) && isPlainObject(now)) Object.assign(diff, diffInputs(old, now, at))
    else if (!isDeepStrictEqual(normal(old), normal(now))) diff[at] = 'update'
  }
  return diff
}

function comparable(value: unknown): unknown {
  if (isStoredAsset(value)) return value.assetHash
  return value === null ? undefined : value
}

/** Absent and null fields are the same to every provider; so is the order of keys. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal)
  if (!isPlainObject(value)) return comparable(value)
  const given = Object.entries(value).filter(([, item]) => comparable(item) !== undefined)
  return Object.fromEntries(given.map(([key, item]) => [key, normal(item)]))
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
