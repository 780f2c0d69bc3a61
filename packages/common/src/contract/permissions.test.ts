import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allowedOwners, isAllowed, permissions, type RoleGrant, roles } from './permissions.ts'

const anyGrant: fc.Arbitrary<RoleGrant> = fc.record({
  role: fc.constantFrom(...roles),
  owners: fc.oneof(
    fc.constant('*' as const),
    fc.uniqueArray(fc.constantFrom('commerce', 'platform', 'growth'), { minLength: 1 }),
  ),
})

describe('permissions', () => {
  it('a viewer reads and does nothing else', () => {
    const grants: RoleGrant[] = [{ role: 'viewer', owners: '*' }]

    const allowed = permissions.filter((p) => isAllowed(grants, p))

    expect(allowed).toEqual(['topic:read'])
  })

  it('an operator neither edits, unmasks, exports nor administers', () => {
    const grants: RoleGrant[] = [{ role: 'operator', owners: '*' }]

    const refused = permissions.filter((p) => !isAllowed(grants, p))

    expect(refused).toEqual(['payload:unmask', 'edit', 'export', 'contract', 'admin'])
  })

  it('a role for one owner stops at that owner', () => {
    const grants: RoleGrant[] = [
      { role: 'operator', owners: ['commerce'] },
      { role: 'viewer', owners: '*' },
    ]

    expect(isAllowed(grants, 'replay', 'commerce')).toBe(true)
    expect(isAllowed(grants, 'replay', 'platform')).toBe(false)
    expect(isAllowed(grants, 'topic:read', 'platform')).toBe(true)
    expect(allowedOwners(grants, 'replay')).toEqual(['commerce'])
    expect(allowedOwners(grants, 'topic:read')).toBe('*')
  })

  it('admin of some owners is not the administrator', () => {
    const grants: RoleGrant[] = [{ role: 'admin', owners: ['commerce'] }]

    expect(isAllowed(grants, 'edit', 'commerce')).toBe(true)
    expect(isAllowed(grants, 'admin')).toBe(false)
    expect(isAllowed(grants, 'admin', 'commerce')).toBe(false)
  })

  it('no grants allow nothing, and allowedOwners agrees with isAllowed', () => {
    fc.assert(
      fc.property(
        fc.array(anyGrant),
        fc.constantFrom(...permissions),
        fc.string(),
        (grants, permission, owner) => {
          const owners = allowedOwners(grants, permission)
          expect(isAllowed(grants, permission, owner)).toBe(owners === '*' || owners.includes(owner))
          if (grants.length === 0) expect(owners).toEqual([])
        },
      ),
    )
  })
})
