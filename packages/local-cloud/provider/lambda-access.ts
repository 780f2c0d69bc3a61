import {
  AddPermissionCommand,
  type AddPermissionCommandInput,
  CreateFunctionUrlConfigCommand,
  type CreateFunctionUrlConfigCommandInput,
  DeleteFunctionEventInvokeConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  PutFunctionEventInvokeConfigCommand,
  type PutFunctionEventInvokeConfigCommandInput,
  RemovePermissionCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda'
import { isErrorNamed, isNotFound, readOrGone } from './aws-error.ts'
import type { Clients } from './clients.ts'
import { commonIgnored } from './common-ignored.ts'
import type { Inputs } from './open-inputs.ts'
import { createdKind } from './resource-kind.ts'

export const permission = createdKind({
  type: 'aws:lambda/permission:Permission',
  immutable: ['function', 'statementId'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) =>
    ({
      FunctionName: inputs.text('function'),
      StatementId: inputs.nameOr('statementId', 100),
      Action: inputs.text('action'),
      Principal: inputs.text('principal'),
      SourceArn: inputs.textOr('sourceArn'),
      SourceAccount: inputs.textOr('sourceAccount'),
      PrincipalOrgID: inputs.textOr('principalOrgId'),
      EventSourceToken: inputs.textOr('eventSourceToken'),
      Qualifier: inputs.textOr('qualifier'),
      FunctionUrlAuthType: inputs.textOr('functionUrlAuthType') as 'NONE' | 'AWS_IAM' | undefined,
      InvokedViaFunctionUrl: inputs.flagOr('invokedViaFunctionUrl'),
    }) satisfies AddPermissionCommandInput,
  put: async (input, { clients }) => {
    await removeStatement(clients, input.FunctionName, input.StatementId)
    await clients.lambda.send(new AddPermissionCommand(input))
    return { id: input.StatementId, statementId: input.StatementId }
  },
  remove: ({ id, inputs }, { clients }) => removeStatement(clients, String(inputs.function), id),
  read: ({ id, inputs }, { clients }) =>
    readOrGone(async () => {
      const { Policy } = await clients.lambda.send(
        new GetPolicyCommand({ FunctionName: String(inputs.function) }),
      )
      const { Statement } = JSON.parse(Policy ?? '{"Statement":[]}') as { Statement: { Sid?: string }[] }
      return Statement.find(({ Sid }) => Sid === id)
    }),
})

export const functionUrl = createdKind({
  type: 'aws:lambda/functionUrl:FunctionUrl',
  immutable: ['functionName', 'qualifier'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) =>
    ({
      FunctionName: inputs.text('functionName'),
      Qualifier: inputs.textOr('qualifier'),
      AuthType: inputs.text('authorizationType') as 'NONE' | 'AWS_IAM',
      InvokeMode: inputs.textOr('invokeMode') as 'BUFFERED' | 'RESPONSE_STREAM' | undefined,
      Cors: cors(inputs.blockOr('cors')),
    }) satisfies CreateFunctionUrlConfigCommandInput,
  put: async (input, { clients, endpoint }) => {
    const answer = await createOrUpdateUrl(clients, input)
    const urlId = new URL(answer.FunctionUrl ?? '').hostname.split('.')[0] ?? ''
    return {
      id: input.FunctionName,
      urlId,
      // The emulator answers for every function URL under a path: a host of its own would need DNS.
      functionUrl: `${endpoint}/_aws/lambda-url/${urlId}/`,
      functionArn: answer.FunctionArn,
    }
  },
  remove: async ({ id }, { clients }) => {
    await clients.lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => ({
      ...(await clients.lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: id }))),
    })),
})

export const functionEventInvokeConfig = createdKind({
  type: 'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig',
  immutable: ['functionName', 'qualifier'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => {
    const destinations = inputs.blockOr('destinationConfig')
    const [failure, success] = [destinations?.blockOr('onFailure'), destinations?.blockOr('onSuccess')]
    return {
      FunctionName: inputs.text('functionName'),
      Qualifier: inputs.textOr('qualifier'),
      MaximumRetryAttempts: inputs.numberOr('maximumRetryAttempts') ?? 2,
      MaximumEventAgeInSeconds: inputs.numberOr('maximumEventAgeInSeconds'),
      DestinationConfig: destinations && {
        OnFailure: failure && { Destination: failure.text('destination') },
        OnSuccess: success && { Destination: success.text('destination') },
      },
    } satisfies PutFunctionEventInvokeConfigCommandInput
  },
  put: async (input, { clients }) => {
    await clients.lambda.send(new PutFunctionEventInvokeConfigCommand(input))
    return { id: input.FunctionName }
  },
  remove: async ({ id }, { clients }) => {
    await clients.lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => ({
      ...(await clients.lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: id }))),
    })),
})

function cors(block: Inputs | undefined) {
  return (
    block && {
      AllowCredentials: block.flagOr('allowCredentials'),
      AllowHeaders: block.textsOr('allowHeaders'),
      AllowMethods: block.textsOr('allowMethods'),
      AllowOrigins: block.textsOr('allowOrigins'),
      ExposeHeaders: block.textsOr('exposeHeaders'),
      MaxAge: block.numberOr('maxAge'),
    }
  )
}

async function createOrUpdateUrl(
  clients: Clients,
  input: CreateFunctionUrlConfigCommandInput,
): Promise<{ FunctionUrl?: string | undefined; FunctionArn?: string | undefined }> {
  try {
    return await clients.lambda.send(new CreateFunctionUrlConfigCommand(input))
  } catch (error) {
    if (!isErrorNamed(error, 'ResourceConflictException')) throw error
    return await clients.lambda.send(new UpdateFunctionUrlConfigCommand(input))
  }
}

async function removeStatement(clients: Clients, FunctionName: string, StatementId: string): Promise<void> {
  try {
    await clients.lambda.send(new RemovePermissionCommand({ FunctionName, StatementId }))
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
