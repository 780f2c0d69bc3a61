import { AppError } from '@lean-ops/common/errors/app-error'
import type { JWTPayload } from 'jose'
import type { Actor } from '../app-env.ts'
import type { AuthDeps } from './auth-deps.ts'
import { profileFromClaims } from './profile-from-claims.ts'

/**
 * A script's access token → its actor. Id tokens are refused: they say who signed in somewhere, not that this API may be
 * called. Throws UNAUTHENTICATED.
 */
export async function verifyBearer(deps: AuthDeps, token: string): Promise<Actor> {
  const claims = await deps.oidc.verify(token, {})
  if (!isForUs(claims, deps) || claims.sub === undefined)
    throw new AppError('UNAUTHENTICATED', 'The token is not meant for this API.')
  const profile = profileFromClaims(claims, deps.config)
  return {
    // Client credentials have no person: there the subject is the client itself.
    kind: claims.sub === claims.client_id ? 'service' : 'user',
    id: claims.sub,
    name: profile.name,
    email: profile.email,
    grants: profile.grants,
    sessionId: null,
  }
}

function isForUs(claims: JWTPayload, deps: AuthDeps): boolean {
  const audiences = [claims.aud ?? []].flat()
  if (audiences.includes(deps.config.OIDC_AUDIENCE)) return true
  // Cognito's access tokens name no audience, but their use and their client.
  return (
    audiences.length === 0 && claims.token_use === 'access' && claims.client_id === deps.config.OIDC_CLIENT_ID
  )
}
