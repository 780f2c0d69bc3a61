import {
  CreateGroupCommand,
  type CreateGroupCommandInput,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  CreateUserPoolDomainCommand,
  DeleteGroupCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  type ExplicitAuthFlowsType,
  GetGroupCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
  type OAuthFlowType,
  type RecoveryOptionNameType,
  SetUserPoolMfaConfigCommand,
  type TimeUnitsType,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
  type UserPoolMfaType,
} from '@aws-sdk/client-cognito-identity-provider'
import { isErrorNamed, isNotFound, readOrGone } from './aws-error.ts'
import type { Clients } from './clients.ts'
import { commonIgnored } from './common-ignored.ts'
import type { Inputs } from './open-inputs.ts'
import { createdKind } from './resource-kind.ts'

export const userPool = createdKind({
  type: 'aws:cognito/userPool:UserPool',
  immutable: ['usernameAttributes', 'aliasAttributes', 'usernameConfiguration'],
  replacement: {
    kind: 'refuse',
    remedy: 'its users would be lost. Add a second pool, move the users, then take this one out',
  },
  ignored: {
    ...commonIgnored,
    deletionProtection: 'use protect',
    userPoolTier: 'the emulator has one tier',
    usernameConfiguration: 'user names are case-sensitive in the emulator',
    emailConfiguration: 'the emulator sends no mail',
  },
  map: (inputs) => {
    const password = inputs.blockOr('passwordPolicy')
    const recovery = inputs.blockOr('accountRecoverySetting')?.blocksOr('recoveryMechanisms')
    const creation = inputs.blockOr('adminCreateUserConfig')
    return {
      pool: {
        PoolName: inputs.nameOr('name', 128),
        UsernameAttributes: inputs.textsOr('usernameAttributes') as 'email'[] | undefined,
        AliasAttributes: inputs.textsOr('aliasAttributes') as 'email'[] | undefined,
        AutoVerifiedAttributes: inputs.textsOr('autoVerifiedAttributes') as 'email'[] | undefined,
        AdminCreateUserConfig: creation && {
          AllowAdminCreateUserOnly: creation.flagOr('allowAdminCreateUserOnly'),
        },
        Policies: password && {
          PasswordPolicy: {
            MinimumLength: password.numberOr('minimumLength'),
            RequireLowercase: password.flagOr('requireLowercase'),
            RequireNumbers: password.flagOr('requireNumbers'),
            RequireSymbols: password.flagOr('requireSymbols'),
            RequireUppercase: password.flagOr('requireUppercase'),
            TemporaryPasswordValidityDays: password.numberOr('temporaryPasswordValidityDays'),
          },
        },
        AccountRecoverySetting: recovery && {
          RecoveryMechanisms: recovery.map((mechanism) => ({
            Name: mechanism.text('name') as RecoveryOptionNameType,
            Priority: mechanism.number('priority'),
          })),
        },
      } satisfies CreateUserPoolCommandInput,
      mfa: (inputs.textOr('mfaConfiguration') ?? 'OFF') as UserPoolMfaType,
      softwareToken: inputs.blockOr('softwareTokenMfaConfiguration')?.flagOr('enabled') ?? false,
    }
  },
  put: async ({ pool, mfa, softwareToken }, { clients, region, account }, previous) => {
    const UserPoolId =
      (await findPool(clients, previous?.id, pool.PoolName)) ??
      idOf((await clients.cognito.send(new CreateUserPoolCommand(pool))).UserPool?.Id, 'a user pool')
    const { PoolName, UsernameAttributes: _u, AliasAttributes: _a, ...changeable } = pool
    await clients.cognito.send(new UpdateUserPoolCommand({ UserPoolId, ...changeable }))
    if (mfa !== 'OFF' || previous !== undefined)
      await clients.cognito.send(
        new SetUserPoolMfaConfigCommand({
          UserPoolId,
          MfaConfiguration: mfa,
          SoftwareTokenMfaConfiguration: { Enabled: softwareToken },
        }),
      )
    return {
      id: UserPoolId,
      name: PoolName,
      arn: `arn:aws:cognito-idp:${region}:${account}:userpool/${UserPoolId}`,
      endpoint: `cognito-idp.${region}.amazonaws.com/${UserPoolId}`,
    }
  },
  remove: async ({ id }, { clients }) => {
    await clients.cognito.send(new DeleteUserPoolCommand({ UserPoolId: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { UserPool } = await clients.cognito.send(new DescribeUserPoolCommand({ UserPoolId: id }))
      return UserPool && { ...UserPool }
    }),
})

export const userPoolClient = createdKind({
  type: 'aws:cognito/userPoolClient:UserPoolClient',
  immutable: ['userPoolId', 'generateSecret'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => {
    const units = inputs.blockOr('tokenValidityUnits')
    return {
      UserPoolId: inputs.text('userPoolId'),
      ClientName: inputs.nameOr('name', 128),
      GenerateSecret: inputs.flagOr('generateSecret'),
      AllowedOAuthFlowsUserPoolClient: inputs.flagOr('allowedOauthFlowsUserPoolClient'),
      AllowedOAuthFlows: inputs.textsOr('allowedOauthFlows') as OAuthFlowType[] | undefined,
      AllowedOAuthScopes: inputs.textsOr('allowedOauthScopes'),
      SupportedIdentityProviders: inputs.textsOr('supportedIdentityProviders'),
      ExplicitAuthFlows: inputs.textsOr('explicitAuthFlows') as ExplicitAuthFlowsType[] | undefined,
      CallbackURLs: inputs.textsOr('callbackUrls'),
      LogoutURLs: inputs.textsOr('logoutUrls'),
      DefaultRedirectURI: inputs.textOr('defaultRedirectUri'),
      PreventUserExistenceErrors: inputs.textOr('preventUserExistenceErrors') as 'ENABLED' | undefined,
      EnableTokenRevocation: inputs.flagOr('enableTokenRevocation'),
      AccessTokenValidity: inputs.numberOr('accessTokenValidity'),
      IdTokenValidity: inputs.numberOr('idTokenValidity'),
      RefreshTokenValidity: inputs.numberOr('refreshTokenValidity'),
      TokenValidityUnits: units && {
        AccessToken: timeUnit(units, 'accessToken'),
        IdToken: timeUnit(units, 'idToken'),
        RefreshToken: timeUnit(units, 'refreshToken'),
      },
      ReadAttributes: inputs.textsOr('readAttributes'),
      WriteAttributes: inputs.textsOr('writeAttributes'),
    } satisfies CreateUserPoolClientCommandInput
  },
  put: async (input, { clients }, previous) => {
    const ClientId = await findPoolClient(clients, input.UserPoolId, previous?.id, input.ClientName)
    const { GenerateSecret: _fixed, ...changeable } = input
    const answer =
      ClientId === undefined
        ? await clients.cognito.send(new CreateUserPoolClientCommand(input))
        : await clients.cognito.send(new UpdateUserPoolClientCommand({ ClientId, ...changeable }))
    const id = idOf(answer.UserPoolClient?.ClientId, 'a user pool client')
    return { id, name: input.ClientName, clientSecret: answer.UserPoolClient?.ClientSecret ?? '' }
  },
  remove: async ({ id, inputs }, { clients }) => {
    const UserPoolId = String(inputs.userPoolId)
    await clients.cognito.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId: id }))
  },
  read: ({ id, inputs }, { clients }) =>
    readOrGone(async () => {
      const UserPoolId = String(inputs.userPoolId)
      const { UserPoolClient } = await clients.cognito.send(
        new DescribeUserPoolClientCommand({ UserPoolId, ClientId: id }),
      )
      return UserPoolClient && { ...UserPoolClient }
    }),
})

export const userPoolDomain = createdKind({
  type: 'aws:cognito/userPoolDomain:UserPoolDomain',
  immutable: ['domain', 'userPoolId'],
  replacement: { kind: 'delete-then-create' },
  ignored: {
    ...commonIgnored,
    certificateArn: 'no certificates on one machine',
    managedLoginVersion: 'the emulator has one login page',
  },
  map: (inputs) => ({ Domain: inputs.text('domain'), UserPoolId: inputs.text('userPoolId') }),
  put: async (input, { clients }) => {
    try {
      await clients.cognito.send(new CreateUserPoolDomainCommand(input))
    } catch (error) {
      if (!isErrorNamed(error, 'InvalidParameterException')) throw error
      const { DomainDescription } = await clients.cognito.send(
        new DescribeUserPoolDomainCommand({ Domain: input.Domain }),
      )
      // The same error means "taken", and taken by this pool is what we want.
      if (DomainDescription?.UserPoolId !== input.UserPoolId) throw error
    }
    return { id: input.Domain, domain: input.Domain }
  },
  remove: async ({ id, inputs }, { clients }) => {
    const UserPoolId = String(inputs.userPoolId)
    await clients.cognito.send(new DeleteUserPoolDomainCommand({ Domain: id, UserPoolId }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { DomainDescription } = await clients.cognito.send(
        new DescribeUserPoolDomainCommand({ Domain: id }),
      )
      return DomainDescription?.UserPoolId === undefined ? undefined : { ...DomainDescription }
    }),
})

export const userGroup = createdKind({
  type: 'aws:cognito/userGroup:UserGroup',
  immutable: ['name', 'userPoolId'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => ({
    UserPoolId: inputs.text('userPoolId'),
    GroupName: inputs.nameOr('name', 128),
    Description: inputs.textOr('description'),
    Precedence: inputs.numberOr('precedence'),
    RoleArn: inputs.textOr('roleArn'),
  }),
  put: async (input, { clients }) => {
    try {
      await clients.cognito.send(new CreateGroupCommand(input))
    } catch (error) {
      if (!isErrorNamed(error, 'GroupExistsException')) throw error
      await replaceChangedGroup(clients, input)
    }
    return { id: `${input.UserPoolId}/${input.GroupName}`, name: input.GroupName }
  },
  remove: async ({ id }, { clients }) => {
    await clients.cognito.send(new DeleteGroupCommand(splitGroupId(id)))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { Group } = await clients.cognito.send(new GetGroupCommand(splitGroupId(id)))
      return Group && { ...Group }
    }),
})

/** The emulator has no UpdateGroup: a changed group is made again, an unchanged one keeps its members. */
async function replaceChangedGroup(clients: Clients, input: CreateGroupCommandInput): Promise<void> {
  const { GroupName, UserPoolId } = input
  const { Group } = await clients.cognito.send(new GetGroupCommand({ GroupName, UserPoolId }))
  const isSame =
    Group?.Description === input.Description &&
    Group?.Precedence === input.Precedence &&
    (Group?.RoleArn || undefined) === input.RoleArn
  if (isSame) return
  await clients.cognito.send(new DeleteGroupCommand({ GroupName, UserPoolId }))
  await clients.cognito.send(new CreateGroupCommand(input))
}

async function findPool(clients: Clients, id: string | undefined, name: string): Promise<string | undefined> {
  if (id !== undefined && id !== '')
    try {
      await clients.cognito.send(new DescribeUserPoolCommand({ UserPoolId: id }))
      return id
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  const { UserPools = [] } = await clients.cognito.send(new ListUserPoolsCommand({ MaxResults: 60 }))
  return UserPools.find(({ Name }) => Name === name)?.Id
}

async function findPoolClient(
  clients: Clients,
  UserPoolId: string,
  id: string | undefined,
  name: string,
): Promise<string | undefined> {
  const { UserPoolClients = [] } = await clients.cognito.send(
    new ListUserPoolClientsCommand({ UserPoolId, MaxResults: 60 }),
  )
  const found = UserPoolClients.find(({ ClientId, ClientName }) =>
    id === undefined ? ClientName === name : ClientId === id,
  )
  return found?.ClientId
}

function timeUnit(block: Inputs, key: string): TimeUnitsType | undefined {
  return block.textOr(key) as TimeUnitsType | undefined
}

function splitGroupId(id: string): { UserPoolId: string; GroupName: string } {
  const [UserPoolId = '', GroupName = ''] = id.split('/')
  return { UserPoolId, GroupName }
}

function idOf(id: string | undefined, what: string): string {
  if (id === undefined) throw new Error(`Cognito answered without an id for ${what}`)
  return id
}
