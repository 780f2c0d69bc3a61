import type { Stage } from './stage.ts'

export type Identity = { issuer: $util.Input<string>; clientId: $util.Input<string> }

/** The roles of operator-model: groups of the pool, which arrive as the claim `cognito:groups`. */
const roles = {
  viewer: 'reads topics, runs and masked dead letters',
  operator: 'also replays, discards, runs and opens breakers, and reads payloads',
  admin: 'everything, also unmasking and contracts',
}

/** Who people are: a Cognito user pool (federate it with your own directory); on stage local the supervisor's OIDC provider. */
export function createIdentity(stage: Stage, consoleUrl: $util.Input<string>): Identity {
  if (stage.isLocal)
    return {
      issuer: process.env.LEAN_OPS_OIDC_ISSUER ?? 'http://127.0.0.1:1',
      clientId: process.env.LEAN_OPS_OIDC_CLIENT_ID ?? 'lean-ops',
    }
  const pool = new aws.cognito.UserPool(
    'Users',
    {
      name: stage.prefix,
      usernameAttributes: ['email'],
      // Access is given by an administrator, never taken by signing up.
      adminCreateUserConfig: { allowAdminCreateUserOnly: true },
      mfaConfiguration: 'ON',
      softwareTokenMfaConfiguration: { enabled: true },
      passwordPolicy: { minimumLength: 14, temporaryPasswordValidityDays: 3 },
      accountRecoverySetting: { recoveryMechanisms: [{ name: 'verified_email', priority: 1 }] },
      deletionProtection: stage.isProduction ? 'ACTIVE' : 'INACTIVE',
    },
    stage.keep,
  )
  new aws.cognito.UserPoolDomain('UsersDomain', {
    // Hosted-UI domains are unique in the region across all accounts.
    domain: $interpolate`${stage.prefix}-${stage.account}`,
    userPoolId: pool.id,
  })
  const client = new aws.cognito.UserPoolClient('ConsoleClient', {
    name: `${stage.prefix}-console`,
    userPoolId: pool.id,
    // No client secret: the API proves itself with PKCE, and there is one secret less in the state.
    generateSecret: false,
    allowedOauthFlowsUserPoolClient: true,
    allowedOauthFlows: ['code'],
    allowedOauthScopes: ['openid', 'email', 'profile'],
    supportedIdentityProviders: ['COGNITO'],
    callbackUrls: [$interpolate`${consoleUrl}/auth/callback`],
    logoutUrls: [$interpolate`${consoleUrl}/auth/signed-out`],
    preventUserExistenceErrors: 'ENABLED',
    enableTokenRevocation: true,
    accessTokenValidity: 15,
    idTokenValidity: 15,
    // A shift: after it, sign in again.
    refreshTokenValidity: 12,
    tokenValidityUnits: { accessToken: 'minutes', idToken: 'minutes', refreshToken: 'hours' },
  })
  for (const [role, description] of Object.entries(roles))
    new aws.cognito.UserGroup(`Role_${role}`, { userPoolId: pool.id, name: role, description })
  return {
    issuer: $interpolate`https://cognito-idp.${stage.region}.amazonaws.com/${pool.id}`,
    clientId: client.id,
  }
}
