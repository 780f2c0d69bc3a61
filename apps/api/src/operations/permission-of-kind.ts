import type { OperationKind } from '@lean-ops/common/contract/operation'
import { operationKindFacts } from '@lean-ops/common/contract/operation-facts'
import type { Permission } from '@lean-ops/common/contract/permissions'

/** What a person needs on a topic's owner to run an operation of this kind there. */
export const permissionOfKind = (kind: OperationKind): Permission => operationKindFacts[kind].permission
