import type { Grant, Provider } from 'oidc-provider'

/** The API as a resource, and the one scope it has. */
export const apiResource = 'urn:lean-ops:api'
export const apiScope = 'api'

/** An unsaved grant of all that this provider has. */
export function grantEverything(provider: Provider, accountId: string, clientId: string): Grant {
  const grant = new provider.Grant({ accountId, clientId })
  grant.addOIDCScope('openid profile email offline_access')
  grant.addResourceScope(apiResource, apiScope)
  return grant
}
