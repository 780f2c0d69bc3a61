import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms'
import { isErrorNamed, isNotFound, readOrGone } from './aws-error.ts'
import type { Clients } from './clients.ts'
import { commonIgnored } from './common-ignored.ts'
import { createdKind } from './resource-kind.ts'

export const key = createdKind({
  type: 'aws:kms/key:Key',
  immutable: ['keyUsage', 'customerMasterKeySpec', 'multiRegion'],
  replacement: {
    kind: 'refuse',
    remedy:
      'what it encrypted could not be read again. Add a second key, encrypt anew, then take this one out',
  },
  ignored: {
    ...commonIgnored,
    bypassPolicyLockoutSafetyCheck: 'nobody can be locked out of one machine',
    deletionWindowInDays: 'used on removal only, where the shortest window does',
    rotationPeriodInDays: 'the emulator does not rotate by the clock',
    isEnabled: 'a disabled key is set by hand',
  },
  map: (inputs) => ({
    create: {
      Description: inputs.textOr('description') ?? '',
      KeyUsage: inputs.textOr('keyUsage') as CreateKeyCommandInput['KeyUsage'],
      KeySpec: inputs.textOr('customerMasterKeySpec') as CreateKeyCommandInput['KeySpec'],
      MultiRegion: inputs.flagOr('multiRegion'),
      Policy: inputs.documentOr('policy'),
    } satisfies CreateKeyCommandInput,
    rotation: inputs.flagOr('enableKeyRotation') ?? false,
  }),
  put: async ({ create, rotation }, { clients, region, account }, previous) => {
    const existing = previous && (await findUsableKey(clients, previous.id))
    const KeyId = existing ?? (await createKey(clients, create))
    if (existing !== undefined) {
      await clients.kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: create.Description }))
      if (create.Policy !== undefined)
        await clients.kms.send(
          new PutKeyPolicyCommand({ KeyId, PolicyName: 'default', Policy: create.Policy }),
        )
    }
    if (rotation) await clients.kms.send(new EnableKeyRotationCommand({ KeyId }))
    else if (existing !== undefined) await clients.kms.send(new DisableKeyRotationCommand({ KeyId }))
    return { id: KeyId, keyId: KeyId, arn: `arn:aws:kms:${region}:${account}:key/${KeyId}` }
  },
  remove: async ({ id }, { clients }) => {
    try {
      await clients.kms.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }))
    } catch (error) {
      if (!isErrorNamed(error, 'KMSInvalidStateException')) throw error
    }
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { KeyMetadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId: id }))
      if (KeyMetadata === undefined || KeyMetadata.KeyState === 'PendingDeletion') return undefined
      const policy = await clients.kms.send(new GetKeyPolicyCommand({ KeyId: id, PolicyName: 'default' }))
      const rotation = await clients.kms.send(new GetKeyRotationStatusCommand({ KeyId: id }))
      return { ...KeyMetadata, Policy: policy.Policy, KeyRotationEnabled: rotation.KeyRotationEnabled }
    }),
})

export const alias = createdKind({
  type: 'aws:kms/alias:Alias',
  immutable: ['name'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => ({ AliasName: inputs.text('name'), TargetKeyId: inputs.text('targetKeyId') }),
  put: async (input, { clients, region, account }) => {
    try {
      await clients.kms.send(new CreateAliasCommand(input))
    } catch (error) {
      if (!isErrorNamed(error, 'AlreadyExistsException')) throw error
      await clients.kms.send(new UpdateAliasCommand(input))
    }
    return {
      id: input.AliasName,
      name: input.AliasName,
      arn: `arn:aws:kms:${region}:${account}:${input.AliasName}`,
      targetKeyArn: `arn:aws:kms:${region}:${account}:key/${input.TargetKeyId.split('/').at(-1)}`,
    }
  },
  remove: async ({ id }, { clients }) => {
    await clients.kms.send(new DeleteAliasCommand({ AliasName: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { Aliases = [] } = await clients.kms.send(new ListAliasesCommand({}))
      const found = Aliases.find(({ AliasName }) => AliasName === id)
      return found && { ...found }
    }),
})

async function createKey(clients: Clients, create: CreateKeyCommandInput): Promise<string> {
  const { KeyMetadata } = await clients.kms.send(new CreateKeyCommand(create))
  if (KeyMetadata?.KeyId === undefined) throw new Error('KMS answered without a key id')
  return KeyMetadata.KeyId
}

/** The key, brought back when it waits for its deletion; undefined when it is gone. */
async function findUsableKey(clients: Clients, KeyId: string): Promise<string | undefined> {
  try {
    const { KeyMetadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId }))
    if (KeyMetadata?.KeyState === 'PendingDeletion') {
      await clients.kms.send(new CancelKeyDeletionCommand({ KeyId }))
      await clients.kms.send(new EnableKeyCommand({ KeyId }))
    }
    return KeyId
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
