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
] as const satisfies readonly OperationKind[]

export const operationParams = {
  state: parseAsNativeArrayOf(parseAsStringLiteral(states)),
  kind: parseAsNativeArrayOf(parseAsStringLiteral(kinds)),
  by: parseAsStringLiteral(['me', 'everyone'] as const).withDefault('everyone'),
}
