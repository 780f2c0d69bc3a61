import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { isErrorNamed, readOrGone } from './aws-error.ts'
import type { Clients } from './clients.ts'
import { commonIgnored } from './common-ignored.ts'
import { createdKind } from './resource-kind.ts'

export const secret = createdKind({
  type: 'aws:secretsmanager/secret:Secret',
  immutable: ['name'],
  replacement: {
    kind: 'refuse',
    remedy:
      'what its value signed or encrypted could not be read again. Add a second secret, then take this one out',
  },
  ignored: {
    ...commonIgnored,
    recoveryWindowInDays: 'a local removal is final, so that the name is free again',
    forceOverwriteReplicaSecret: 'one region on one machine',
    replicas: 'one region on one machine',
    policy: 'the emulator checks identity policies only',
  },
  map: (inputs) => ({
    Name: inputs.nameOr('name', 512),
    Description: inputs.textOr('description') ?? '',
    KmsKeyId: inputs.textOr('kmsKeyId'),
  }),
  put: async (input, { clients }) => {
    const arn = await createOrUpdateSecret(clients, input)
    return { id: arn, arn, name: input.Name }
  },
  remove: async ({ id }, { clients }) => {
    await clients.secrets.send(new DeleteSecretCommand({ SecretId: id, ForceDeleteWithoutRecovery: true }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const answer = await clients.secrets.send(new DescribeSecretCommand({ SecretId: id }))
      return answer.DeletedDate === undefined ? { ...answer } : undefined
    }),
})

export const secretVersion = createdKind({
  type: 'aws:secretsmanager/secretVersion:SecretVersion',
  immutable: ['secretId'],
  replacement: { kind: 'delete-then-create' },
  ignored: { ...commonIgnored, versionStages: 'a put value is always the current one' },
  map: (inputs) => {
    const binary = inputs.textOr('secretBinary')
    return {
      SecretId: inputs.text('secretId'),
      SecretString: inputs.textOr('secretString'),
      SecretBinary: binary === undefined ? undefined : Buffer.from(binary, 'base64'),
    }
  },
  put: async (input, { clients }) => {
    const { VersionId, ARN } = await clients.secrets.send(new PutSecretValueCommand(input))
    return {
      id: `${input.SecretId}|${VersionId}`,
      versionId: VersionId,
      arn: ARN,
      versionStages: ['AWSCURRENT'],
    }
  },
  // A version cannot be removed alone; it goes with its secret.
  remove: async () => undefined,
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const [SecretId, VersionId] = id.split('|')
      return { ...(await clients.secrets.send(new GetSecretValueCommand({ SecretId, VersionId }))) }
    }),
})

async function createOrUpdateSecret(
  clients: Clients,
  input: { Name: string; Description: string; KmsKeyId: string | undefined },
): Promise<string> {
  const { Name, Description, KmsKeyId } = input
  const arnOf = (answer: { ARN?: string | undefined }) => {
    if (answer.ARN === undefined) throw new Error(`Secrets Manager answered without an ARN for ${Name}`)
    return answer.ARN
  }
  try {
    return arnOf(await clients.secrets.send(new CreateSecretCommand(input)))
  } catch (error) {
    if (!isErrorNamed(error, 'ResourceExistsException', 'InvalidRequestException')) throw error
    // A secret that waits for its deletion keeps its name: bring it back.
    if (isErrorNamed(error, 'InvalidRequestException'))
      await clients.secrets.send(new RestoreSecretCommand({ SecretId: Name }))
    return arnOf(
      await clients.secrets.send(new UpdateSecretCommand({ SecretId: Name, Description, KmsKeyId })),
    )
  }
}
