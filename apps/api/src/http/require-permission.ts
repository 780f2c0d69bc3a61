import { isAllowed, type Permission } from '@lean-ops/common/contract/permissions'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { Actor } from '../app-env.ts'

/** Throws FORBIDDEN unless the actor has `permission` on topics of `owner`. */
export function requirePermission(actor: Actor, permission: Permission, owner: string): void {
  if (isAllowed(actor.grants, permission, owner)) return
  throw new AppError('FORBIDDEN', `This needs the permission ${permission} on topics of ${owner}.`, {
    context: { permission, owner, reason: 'WRONG_OWNER' },
  })
}
