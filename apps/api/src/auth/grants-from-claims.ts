import { Role, type RoleGrant } from '@lean-ops/common/contract/permissions'

type Claims = Record<string, unknown>
type Options = { rolesClaims: readonly string[]; bootstrapAdmin?: string | undefined }

/** `operator`, `operator:commerce` (only topics of that owner), each also with the prefix `lean-ops-` or `lean-ops:`. */
const rolePattern = /^(?:lean-ops[-:])?([a-z]+)(?::(.+))?$/

/**
 * Roles that a token's claims give. Values that name no role of ours are ignored: directories carry many groups.
 * The bootstrap administrator is matched by subject, or by an e-mail address that the provider has verified.
 */
export function grantsFromClaims(claims: Claims, options: Options): RoleGrant[] {
  const owners = new Map<Role, Set<string> | '*'>()
  if (isBootstrapAdmin(claims, options.bootstrapAdmin)) owners.set('admin', '*')
  for (const value of roleValues(claims, options.rolesClaims)) {
    const [, name, owner] = rolePattern.exec(value) ?? []
    const role = Role.safeParse(name)
    if (!role.success) continue
    const known = owners.get(role.data)
    if (owner === undefined) owners.set(role.data, '*')
    else if (known === undefined) owners.set(role.data, new Set([owner]))
    else if (known !== '*') known.add(owner)
  }
  return [...owners].map(([role, of]) => ({ role, owners: of === '*' ? '*' : [...of].sort() }))
}

function roleValues(claims: Claims, names: readonly string[]): string[] {
  for (const name of names) {
    const value = claims[name]
    if (typeof value === 'string') return value.split(/[\s,]+/)
    if (Array.isArray(value)) return value.filter((v): v is string => typeof v === 'string')
  }
  return []
}

function isBootstrapAdmin(claims: Claims, wanted: string | undefined): boolean {
  if (wanted === undefined) return false
  if (claims.sub === wanted) return true
  // Cognito says "true", others true. An unverified address is only what someone typed.
  const isVerified = claims.email_verified === true || claims.email_verified === 'true'
  return isVerified && typeof claims.email === 'string' && claims.email.toLowerCase() === wanted.toLowerCase()
}
