import {
  DeleteParameterCommand,
  GetParameterCommand,
  type ParameterTier,
  type ParameterType,
  PutParameterCommand,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm'
import { readOrGone } from './aws-error.ts'
import { commonIgnored } from './common-ignored.ts'
import { createdKind } from './resource-kind.ts'

export const parameter = createdKind({
  type: 'aws:ssm/parameter:Parameter',
  immutable: ['name'],
  replacement: { kind: 'delete-then-create' },
  ignored: { ...commonIgnored, overwrite: 'a put always overwrites' },
  map: (inputs) =>
    ({
      Name: inputs.nameOr('name', 1011),
      Type: inputs.text('type') as ParameterType,
      Value: inputs.textOr('value') ?? inputs.text('insecureValue'),
      Description: inputs.textOr('description'),
      KeyId: inputs.textOr('keyId'),
      Tier: inputs.textOr('tier') as ParameterTier | undefined,
      DataType: inputs.textOr('dataType'),
      AllowedPattern: inputs.textOr('allowedPattern'),
    }) satisfies PutParameterCommandInput,
  put: async (input, { clients, region, account }) => {
    const { Version } = await clients.ssm.send(new PutParameterCommand({ ...input, Overwrite: true }))
    const path = input.Name.startsWith('/') ? input.Name : `/${input.Name}`
    const arn = `arn:aws:ssm:${region}:${account}:parameter${path}`
    return { id: input.Name, name: input.Name, arn, version: Version }
  },
  remove: async ({ id }, { clients }) => {
    await clients.ssm.send(new DeleteParameterCommand({ Name: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { Parameter } = await clients.ssm.send(
        new GetParameterCommand({ Name: id, WithDecryption: true }),
      )
      return Parameter && { ...Parameter }
    }),
})
