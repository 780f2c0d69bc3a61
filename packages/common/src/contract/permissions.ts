import { z } from 'zod'

/** What a person or service may do. Each is scoped by topic owner; `admin` alone is global. */
export const permissions = [
  'topic:read',
  'payload:read',
  'payload:unmask',
  'replay',
  'edit',
  'discard',
  'export',
  'run',
  'breaker',
  'contract',
  'admin',
] as const
export const Permission = z.enum(permissions)
export type Permission = z.infer<typeof Permission>

export const roles = ['viewer', 'operator', 'admin'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

const viewer = ['topic:read'] as const satisfies readonly Permission[]
const operator = [...viewer, 'payload:read', 'replay', 'discard', 'run', 'breaker'] as const

/** Roles are bundles of permissions, nothing else: code asks for permissions, never for a role. */
export const rolePermissions: Record<Role, readonly Permission[]> = { viewer, operator, admin: permissions }

/** A role for the topics of some owners; `owners: '*'` = every topic. */
export const RoleGrant = z
  .object({ role: Role, owners: z.union([z.literal('*'), z.array(z.string()).min(1)]) })
  .meta({ id: 'RoleGrant' })
export type RoleGrant = z.infer<typeof RoleGrant>

/**
 * True when the grants give `permission` on topics of `owner`; without an owner: on at least one.
 * `admin` given for some owners only covers those owners' topics, never the global `admin` permission.
 */
export function isAllowed(grants: readonly RoleGrant[], permission: Permission, owner?: string): boolean {
  return grants.some((grant) => {
    if (!rolePermissions[grant.role].includes(permission)) return false
    if (grant.owners === '*') return true
    if (permission === 'admin') return false
    return owner === undefined || grant.owners.includes(owner)
  })
}

/** Owners whose topics the grants give `permission` on: `'*'` or a sorted list, which may be empty. */
export function allowedOwners(grants: readonly RoleGrant[], permission: Permission): '*' | string[] {
  const owners = new Set<string>()
  for (const grant of grants) {
    if (!rolePermissions[grant.role].includes(permission)) continue
    if (grant.owners === '*') return '*'
    if (permission !== 'admin') for (const owner of grant.owners) owners.add(owner)
  }
  return [...owners].sort()
}
