import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import type { NextLook } from './run-slice.ts'
export type ExportDeps = Record<never, never>
export async function runExport(_o: LeasedOperation, _d: unknown): Promise<NextLook> {
  return { again: 'never' }
}
