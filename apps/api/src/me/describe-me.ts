import type { Me } from '@lean-ops/common/contract/me'
import { allowedOwners, permissions } from '@lean-ops/common/contract/permissions'
import type { Actor } from '../app-env.ts'

/** The actor as the console needs it: what to show, what to disable, and whom to ask for more. */
export function describeMe(actor: Actor, roleContact: string): Me {
  const allowed: Me['permissions'] = {}
  for (const permission of permissions) {
    const owners = allowedOwners(actor.grants, permission)
    if (owners === '*' || owners.length > 0) allowed[permission] = owners
  }
  return {
    id: actor.id,
    kind: actor.kind,
    name: actor.name,
    email: actor.email,
    roles: [...new Set(actor.grants.map((grant) => grant.role))],
    grants: [...actor.grants],
    permissions: allowed,
    hasRole: actor.grants.length > 0,
    roleContact,
    sessionId: actor.sessionId,
  }
}
