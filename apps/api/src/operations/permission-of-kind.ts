import type { OperationKind } from '@lean-ops/common/contract/operation'
import type { Permission } from '@lean-ops/common/contract/permissions'

/** What a person needs on a topic's owner to run an operation of this kind there. */
export const permissionOfKind: Record<OperationKind, Permission> = {
  replay: 'replay',
  'edit-and-replay': 'edit',
  'transform-and-replay': 'edit',
  discard: 'discard',
  restore: 'discard',
  export: 'export',
}
