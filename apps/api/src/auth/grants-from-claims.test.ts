import { describe, expect, it } from 'vitest'
import { grantsFromClaims } from './grants-from-claims.ts'

const rolesClaims = ['roles', 'cognito:groups']

describe('grantsFromClaims', () => {
  it.each([
    [{ roles: ['viewer'] }, [{ role: 'viewer', owners: '*' }]],
    [
      { roles: 'operator admin' },
      [
        { role: 'operator', owners: '*' },
        { role: 'admin', owners: '*' },
      ],
    ],
    [{ 'cognito:groups': ['lean-ops-operator'] }, [{ role: 'operator', owners: '*' }]],
    [
      { roles: ['operator:growth', 'lean-ops:operator:commerce', 'viewer'] },
      [
        { role: 'operator', owners: ['commerce', 'growth'] },
        { role: 'viewer', owners: '*' },
      ],
    ],
    [{ roles: ['operator:growth', 'operator', 'operator:commerce'] }, [{ role: 'operator', owners: '*' }]],
    [{ roles: ['Admin', 'root', 'administrator', 'superadmin', 7, null, 'operator:'] }, []],
    [{ roles: [], 'cognito:groups': ['admin'] }, []],
    [{}, []],
  ])('%j', (claims, grants) => {
    expect(grantsFromClaims(claims, { rolesClaims })).toEqual(grants)
  })

  it.each([
    [{ sub: 'abc' }, 'abc', true],
    [{ sub: 'x', email: 'Ana@Example.test', email_verified: true }, 'ana@example.test', true],
    [{ sub: 'x', email: 'ana@example.test', email_verified: 'true' }, 'ana@example.test', true],
    [{ sub: 'x', email: 'ana@example.test', email_verified: false }, 'ana@example.test', false],
    [{ sub: 'x', email: 'ana@example.test' }, 'ana@example.test', false],
    [{ sub: 'x' }, undefined, false],
  ])('bootstrap administrator: %j as %j → %s', (claims, bootstrapAdmin, isAdmin) => {
    const grants = grantsFromClaims(claims, { rolesClaims, bootstrapAdmin })

    expect(grants).toEqual(isAdmin ? [{ role: 'admin', owners: '*' }] : [])
  })
})
