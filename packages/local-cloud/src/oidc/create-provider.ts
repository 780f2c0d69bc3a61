import { type Adapter, type Context, Provider } from 'oidc-provider'
import { findDemoUser } from './demo-users.ts'
import { apiResource, apiScope, grantEverything } from './grant-everything.ts'
import type { LocalSecrets } from './local-secrets.ts'
import { errorPage, page } from './pages.ts'

/** Tokens for the API are JWTs with this audience, which its `OIDC_AUDIENCE` names by default. */
const apiAudience = 'lean-ops-api'
const service = { id: 'lean-ops-service', roles: ['operator'] }

const minutes = (n: number): number => n * 60
const hours = (n: number): number => n * 3_600

type Options = {
  issuer: string
  consoleUrl: string
  secrets: LocalSecrets
  adapter: (model: string) => Adapter
}

/** A real OpenID Connect provider with three demo users, for the laptop only. */
export function createProvider({ issuer, consoleUrl, secrets, adapter }: Options): Provider {
  return new Provider(issuer, {
    adapter,
    jwks: { keys: [secrets.signingKey] },
    cookies: {
      keys: secrets.cookieKeys,
      names: { session: 'oidc_session', interaction: 'oidc_interaction', resume: 'oidc_resume' },
    },
    clients: [
      {
        client_id: 'lean-ops',
        client_name: 'Lean-Ops console',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [`${consoleUrl}/auth/callback`],
        post_logout_redirect_uris: [`${consoleUrl}/auth/signed-out`],
      },
      {
        client_id: 'lean-ops-cli',
        client_name: 'Lean-Ops command line',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        // Any port: RFC 8252 lets a native client choose it when it runs.
        redirect_uris: ['http://127.0.0.1/callback'],
      },
      {
        client_id: service.id,
        client_name: 'Lean-Ops service',
        client_secret: secrets.serviceSecret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    claims: { openid: ['sub', 'roles'], profile: ['name'], email: ['email', 'email_verified'] },
    // Roles belong into the id token: the API asks no userinfo endpoint.
    conformIdTokenClaims: false,
    findAccount: (_: Context, sub: string) => {
      const user = findDemoUser(sub)
      if (user === undefined) return undefined
      const { id: _id, ...claims } = user
      return { accountId: sub, claims: () => ({ sub, ...claims, email_verified: true }) }
    },
    extraTokenClaims: (_: Context, token: { accountId?: string; clientId?: string }) => {
      if (token.clientId === service.id) return { roles: service.roles, name: 'Service' }
      const user = token.accountId === undefined ? undefined : findDemoUser(token.accountId)
      return user === undefined ? undefined : { roles: user.roles, name: user.name, email: user.email }
    },
    issueRefreshToken: (_: Context, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    loadExistingGrant: findOrCreateGrant,
    pkce: { required: () => true },
    ttl: {
      AccessToken: minutes(15),
      ClientCredentials: minutes(15),
      IdToken: minutes(15),
      RefreshToken: hours(12),
      Session: hours(12),
      Grant: hours(24),
      Interaction: minutes(30),
      DeviceCode: minutes(10),
    },
    interactions: { url: (_: Context, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    renderError: (ctx: Context, out: Record<string, unknown>) => {
      ctx.type = 'html'
      ctx.body = errorPage('The sign-in did not work', out)
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: (ctx: Context, form: string, _out: unknown, error?: { message: string }) => {
          const message =
            error === undefined ? '' : '<p role="alert">That code is not valid. Type it again.</p>'
          ctx.body = page(
            'Connect the command line',
            `${message}${form}<button form="op.deviceInputForm">Continue</button>`,
          )
        },
        userCodeConfirmSource: (
          ctx: Context,
          form: string,
          client: { clientName?: string },
          _: unknown,
          code: string,
        ) => {
          ctx.body = page(
            'Connect the command line',
            `<p>${client.clientName} shows this code: <strong>${code}</strong></p>${form}
<button form="op.deviceConfirmForm">Yes, connect</button>
<button form="op.deviceConfirmForm" name="abort" value="yes">No</button>`,
          )
        },
        successSource: (ctx: Context) => {
          ctx.body = page('Connected', '<p>Go on in the terminal; this window can be closed.</p>')
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx: Context, form: string) => {
          ctx.body = page(
            'Sign out here too?',
            `${form}<button form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>`,
          )
        },
        postLogoutSuccessSource: (ctx: Context) => {
          ctx.body = page('Signed out', `<p><a href="${consoleUrl}">Back to Lean-Ops</a></p>`)
        },
      },
      resourceIndicators: {
        enabled: true,
        // Programs ask for tokens to call the API with; the console's code flow needs none.
        defaultResource: (_: Context, client?: { clientId: string }) =>
          client?.clientId === 'lean-ops' ? undefined : apiResource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: apiScope,
          audience: apiAudience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  })
}

/** The grant of this person for this client; made on the spot, because nobody is asked to consent on their own laptop. */
async function findOrCreateGrant(ctx: Context) {
  const { provider, client, session, result } = ctx.oidc
  const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId)
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  if (known !== undefined) return known
  if (session.accountId === undefined) return undefined
  const grant = grantEverything(provider, session.accountId, client.clientId)
  await grant.save()
  return grant
}
