import type { ColumnType } from './column-type.ts'

/** What happens to a row that breaks a rule: a finding, a reject, or the whole pass stops. */
export const ruleActions = ['warn', 'quarantine', 'fail'] as const
export type RuleAction = (typeof ruleActions)[number]

/** Bounds are inclusive and in the canonical text of the column's type (`cast-value`); null = open. */
export type Rule = { name: string; action: RuleAction } & (
  | { kind: 'range'; minimum: string | null; maximum: string | null }
  | { kind: 'enum'; values: readonly string[] }
  | { kind: 'pattern'; pattern: string }
  | { kind: 'length'; minimum: number | null; maximum: number | null }
)

export const classifications = ['hash', 'mask', 'drop'] as const
export type Classification = (typeof classifications)[number]

export const timestampFormats = ['rfc3339', 'epochSeconds', 'epochMillis', 'epochMicros'] as const
export type TimestampFormat = (typeof timestampFormats)[number]

export type ContractColumn = {
  /** Column name in the semantic table. */
  name: string
  /** Member names from the payload's root. */
  path: readonly string[]
  type: ColumnType
  timestampFormat: TimestampFormat
  required: boolean
  isCritical: boolean
  /** An empty string does not count as missing. */
  isBlankAllowed: boolean
  rules: readonly Rule[]
  /** Null = stored in clear. */
  classification: Classification | null
  description: string | null
}

export type SnowflakeTarget = { database: string; schema: string; table: string }

/** One contract, compiled: what tables, jobs, validation and comparison read. */
export type ContractModel = {
  topic: string
  version: string
  status: 'draft' | 'active'
  owner: string
  purpose: string | null
  columns: readonly ContractColumn[]
  keyPath: readonly string[] | null
  /** The typed value that says which of two versions of a key is newer. */
  eventVersion: { path: readonly string[]; type: ColumnType; timestampFormat: TimestampFormat } | null
  onSpike: 'continue' | 'hold'
  /** Share of rejected rows of a pass, in per cent, from which it is a spike. */
  spikePercent: number
  /** Latest age in seconds at which a message should be in the semantic table; null = not agreed. */
  latencySeconds: number | null
  backlogThreshold: number
  runbook: string | null
  /** Clear values of classified columns are kept in `<topic>_restricted`. */
  hasRestrictedTable: boolean
  snowflake: SnowflakeTarget | null
}
