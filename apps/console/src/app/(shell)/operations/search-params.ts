import type { OperationKind, OperationState } from '@lean-ops/common/contract/operation'
import { parseAsNativeArrayOf, parseAsStringLiteral } from 'nuqs'

export const states = [
  'queued',
  'running',
  'waiting',
  'paused',
  'stalled',
  'verifying',
  'cancelling',
  'completed',
  'completed_with_failures',
  'cancelled',
  'failed',
] as const satisfies readonly OperationState[]

export const kinds = [
  'replay',
  'edit-and-replay',
  'transform-and-replay',
  'discard',
  'restore',
  'export',
  're-evaluate-rejects',
  'run-with-input',
  'rerun',
  'redrive',
  'stop',
  'refresh-snowflake',
  'rebuild',
  'rebuild-from-raw',
  'maintain',
  'account',
  'what-if',
  'activate-contract',
] as const satisfies readonly OperationKind[]

export const operationParams = {
  state: parseAsNativeArrayOf(parseAsStringLiteral(states)),
  kind: parseAsNativeArrayOf(parseAsStringLiteral(kinds)),
  by: parseAsStringLiteral(['me', 'everyone'] as const).withDefault('everyone'),
}
