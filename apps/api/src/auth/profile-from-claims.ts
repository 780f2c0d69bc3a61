import type { SessionProfile } from '@lean-ops/common/control-plane/schema/sessions'
import type { JWTPayload } from 'jose'
import type { ApiConfig } from '../api-config.ts'
import { grantsFromClaims } from './grants-from-claims.ts'

/** Name, address and roles of a token's subject. */
export function profileFromClaims(claims: JWTPayload, config: ApiConfig): SessionProfile {
  const text = (name: string): string | null => {
    const value = claims[name]
    return typeof value === 'string' && value !== '' ? value : null
  }
  return {
    name: text('name') ?? text('preferred_username') ?? text('email') ?? claims.sub ?? 'unknown',
    email: text('email'),
    grants: grantsFromClaims(claims, {
      rolesClaims: config.ROLES_CLAIMS,
      bootstrapAdmin: config.BOOTSTRAP_ADMIN,
    }),
  }
}
