import type { Classification } from './contract-model.ts'

/** One leaf of a draft. `comments` end up beside it in the file: whatever is a guess says so there. */
export type DraftColumn = {
  path: readonly string[]
  logicalType: 'string' | 'integer' | 'number' | 'boolean' | 'timestamp' | 'date' | 'object' | 'array'
  physicalType?: string
  /** Column name, when it must not be derived from the path. */
  physicalName?: string
  isCritical?: boolean
  isRequired?: boolean
  classification?: Classification
  rules?: readonly { name: string; implementation: object }[]
  description?: string
  comments: readonly string[]
}

/** A contract somebody still has to read: always of status draft, so that nothing of it takes effect. */
export type Draft = {
  topic: string
  owner: string
  purpose: string
  columns: readonly DraftColumn[]
  keyPath: readonly string[] | null
  keyComments: readonly string[]
  versionPath: readonly string[] | null
  versionComments: readonly string[]
  /** For whoever reads the file from the top. */
  notes: readonly string[]
}
