import type { DeadLetterStatus } from '@lean-ops/common/contract/dead-letter'
import type { FailureStage } from '@lean-ops/common/contract/failure-code'

export const stages = ['ingest', 'delivery', 'curated', 'semantic'] as const satisfies readonly FailureStage[]

export const statuses = [
  'open',
  'in_operation',
  'verifying',
  'unverified',
  'resolved',
  'discarded',
  'all',
] as const satisfies readonly (DeadLetterStatus | 'all')[]

export const statusWords: Record<DeadLetterStatus, string> = {
  open: 'Open',
  in_operation: 'In operation',
  verifying: 'Verifying',
  unverified: 'Unverified',
  resolved: 'Resolved',
  discarded: 'Discarded',
}

export const timeChoices = [
  { value: '15m', label: 'Last 15 m' },
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 h' },
  { value: '7d', label: 'Last 7 d' },
  { value: '', label: 'Any time' },
] as const
