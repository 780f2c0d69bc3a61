import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('Cognito', () => {
  const aws = useProvider()
  const plainPool = async (word: string) =>
    (await aws.put('aws:cognito/userPool:UserPool', { name: aws.mint(word) })).id

  testLifecycle(aws, 'aws:cognito/userPool:UserPool', () => {
    const name = aws.mint('users')
    return {
      create: {
        name,
        usernameAttributes: ['email'],
        adminCreateUserConfig: { allowAdminCreateUserOnly: true },
        mfaConfiguration: 'ON',
        softwareTokenMfaConfiguration: { enabled: true },
        passwordPolicy: { minimumLength: 14, temporaryPasswordValidityDays: 3 },
        accountRecoverySetting: { recoveryMechanisms: [{ name: 'verified_email', priority: 1 }] },
      },
      created: {
        Name: name,
        UsernameAttributes: ['email'],
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        MfaConfiguration: 'ON',
        Policies: { PasswordPolicy: { MinimumLength: 14, TemporaryPasswordValidityDays: 3 } },
        AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
      },
      update: {
        name,
        usernameAttributes: ['email'],
        mfaConfiguration: 'OFF',
        passwordPolicy: { minimumLength: 20 },
      },
      updated: { MfaConfiguration: 'OFF', Policies: { PasswordPolicy: { MinimumLength: 20 } } },
    }
  })

  testLifecycle(aws, 'aws:cognito/userPoolClient:UserPoolClient', async () => {
    const [userPoolId, name] = [await plainPool('clients'), aws.mint('client')]
    const client = { userPoolId, name, generateSecret: false, allowedOauthFlowsUserPoolClient: true }
    return {
      create: {
        ...client,
        allowedOauthFlows: ['code'],
        allowedOauthScopes: ['openid', 'email'],
        supportedIdentityProviders: ['COGNITO'],
        callbackUrls: ['https://a.example/auth/callback'],
        logoutUrls: ['https://a.example'],
        preventUserExistenceErrors: 'ENABLED',
        enableTokenRevocation: true,
        accessTokenValidity: 15,
        idTokenValidity: 15,
        refreshTokenValidity: 12,
        tokenValidityUnits: { accessToken: 'minutes', idToken: 'minutes', refreshToken: 'hours' },
      },
      created: {
        ClientName: name,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['openid', 'email'],
        SupportedIdentityProviders: ['COGNITO'],
        CallbackURLs: ['https://a.example/auth/callback'],
        LogoutURLs: ['https://a.example'],
        PreventUserExistenceErrors: 'ENABLED',
        EnableTokenRevocation: true,
        AccessTokenValidity: 15,
        IdTokenValidity: 15,
        RefreshTokenValidity: 12,
        TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'hours' },
      },
      update: { ...client, callbackUrls: ['https://b.example/auth/callback'] },
      updated: { CallbackURLs: ['https://b.example/auth/callback'] },
    }
  })

  testLifecycle(aws, 'aws:cognito/userPoolDomain:UserPoolDomain', async () => {
    const [userPoolId, domain] = [await plainPool('domains'), aws.mint('domain')]
    return { create: { userPoolId, domain }, created: { Domain: domain, UserPoolId: userPoolId } }
  })

  testLifecycle(aws, 'aws:cognito/userGroup:UserGroup', async () => {
    const userPoolId = await plainPool('groups')
    return {
      create: { userPoolId, name: 'operator', description: 'replays', precedence: 2 },
      created: { GroupName: 'operator', UserPoolId: userPoolId, Description: 'replays', Precedence: 2 },
      update: { userPoolId, name: 'operator', description: 'replays and discards', precedence: 1 },
      updated: { Description: 'replays and discards', Precedence: 1 },
    }
  })
})
