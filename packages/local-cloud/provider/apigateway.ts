import {
  CreateApiCommand,
  type CreateApiCommandInput,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  DeleteIntegrationCommand,
  DeleteRouteCommand,
  DeleteStageCommand,
  GetApiCommand,
  GetApisCommand,
  GetIntegrationCommand,
  GetRouteCommand,
  GetRoutesCommand,
  GetStageCommand,
  type IntegrationType,
  type ProtocolType,
  UpdateApiCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2'
import { isErrorNamed, isNotFound, readOrGone } from './aws-error.ts'
import type { Clients } from './clients.ts'
import { commonIgnored } from './common-ignored.ts'
import type { Inputs } from './open-inputs.ts'
import { createdKind, type DeployedResource } from './resource-kind.ts'

export const api = createdKind({
  type: 'aws:apigatewayv2/api:Api',
  immutable: ['protocolType'],
  replacement: { kind: 'delete-then-create' },
  ignored: { ...commonIgnored, disableExecuteApiEndpoint: 'the local API has one endpoint' },
  map: (inputs) => ({
    Name: inputs.nameOr('name', 128),
    ProtocolType: inputs.text('protocolType') as ProtocolType,
    Description: inputs.textOr('description'),
    RouteSelectionExpression: inputs.textOr('routeSelectionExpression'),
    CorsConfiguration: cors(inputs.blockOr('corsConfiguration')),
  }),
  put: async (input, { clients, region, account }, previous) => {
    const existing = previous?.id ?? (await findApi(clients, input.Name))
    const { ProtocolType: _fixed, ...changeable } = input
    const answer = await updateOrCreate(
      existing,
      (ApiId) => clients.apiGateway.send(new UpdateApiCommand({ ApiId, ...changeable })),
      () => clients.apiGateway.send(new CreateApiCommand(input satisfies CreateApiCommandInput)),
    )
    const id = idOf(answer.ApiId, 'an API')
    return {
      id,
      apiEndpoint: answer.ApiEndpoint,
      arn: `arn:aws:apigateway:${region}::/apis/${id}`,
      executionArn: `arn:aws:execute-api:${region}:${account}:${id}`,
    }
  },
  remove: async ({ id }, { clients }) => {
    await clients.apiGateway.send(new DeleteApiCommand({ ApiId: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => ({ ...(await clients.apiGateway.send(new GetApiCommand({ ApiId: id }))) })),
})

export const apiIntegration = createdKind({
  type: 'aws:apigatewayv2/integration:Integration',
  immutable: ['apiId'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => ({
    ApiId: inputs.text('apiId'),
    IntegrationType: inputs.text('integrationType') as IntegrationType,
    IntegrationUri: inputs.textOr('integrationUri'),
    IntegrationMethod: inputs.textOr('integrationMethod'),
    PayloadFormatVersion: inputs.textOr('payloadFormatVersion'),
    TimeoutInMillis: inputs.numberOr('timeoutMilliseconds'),
    Description: inputs.textOr('description'),
    RequestParameters: inputs.textMapOr('requestParameters'),
    CredentialsArn: inputs.textOr('credentialsArn'),
  }),
  put: async (input, { clients }, previous) => {
    const answer = await updateOrCreate(
      previous?.id,
      (IntegrationId) => clients.apiGateway.send(new UpdateIntegrationCommand({ IntegrationId, ...input })),
      () => clients.apiGateway.send(new CreateIntegrationCommand(input)),
    )
    return { id: idOf(answer.IntegrationId, 'an integration') }
  },
  remove: async ({ id, inputs }, { clients }) => {
    await clients.apiGateway.send(new DeleteIntegrationCommand({ ...apiOf(inputs), IntegrationId: id }))
  },
  read: ({ id, inputs }, { clients }) =>
    readOrGone(async () => ({
      ...(await clients.apiGateway.send(new GetIntegrationCommand({ ...apiOf(inputs), IntegrationId: id }))),
    })),
})

export const apiRoute = createdKind({
  type: 'aws:apigatewayv2/route:Route',
  immutable: ['apiId'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => ({
    ApiId: inputs.text('apiId'),
    RouteKey: inputs.text('routeKey'),
    Target: inputs.textOr('target'),
    AuthorizationType: inputs.textOr('authorizationType') as 'NONE' | 'JWT' | 'AWS_IAM' | undefined,
    AuthorizerId: inputs.textOr('authorizerId'),
    AuthorizationScopes: inputs.textsOr('authorizationScopes'),
    OperationName: inputs.textOr('operationName'),
  }),
  put: async (input, { clients }, previous) => {
    const existing = previous?.id ?? (await findRoute(clients, input.ApiId, input.RouteKey))
    const answer = await updateOrCreate(
      existing,
      (RouteId) => clients.apiGateway.send(new UpdateRouteCommand({ RouteId, ...input })),
      () => clients.apiGateway.send(new CreateRouteCommand(input)),
    )
    return { id: idOf(answer.RouteId, 'a route') }
  },
  remove: async ({ id, inputs }, { clients }) => {
    await clients.apiGateway.send(new DeleteRouteCommand({ ...apiOf(inputs), RouteId: id }))
  },
  read: ({ id, inputs }, { clients }) =>
    readOrGone(async () => ({
      ...(await clients.apiGateway.send(new GetRouteCommand({ ...apiOf(inputs), RouteId: id }))),
    })),
})

export const apiStage = createdKind({
  type: 'aws:apigatewayv2/stage:Stage',
  immutable: ['apiId', 'name'],
  replacement: { kind: 'delete-then-create' },
  ignored: {
    ...commonIgnored,
    accessLogSettings: 'the emulator writes no access logs',
    defaultRouteSettings: 'the emulator does not throttle routes',
  },
  map: (inputs) => ({
    ApiId: inputs.text('apiId'),
    StageName: inputs.text('name'),
    AutoDeploy: inputs.flagOr('autoDeploy'),
    Description: inputs.textOr('description'),
    StageVariables: inputs.textMapOr('stageVariables'),
  }),
  put: async (input, { clients, region, endpoint }, previous) => {
    try {
      if (previous !== undefined) await clients.apiGateway.send(new UpdateStageCommand(input))
      else await clients.apiGateway.send(new CreateStageCommand(input))
    } catch (error) {
      if (previous !== undefined && isNotFound(error))
        await clients.apiGateway.send(new CreateStageCommand(input))
      else if (previous === undefined && isErrorNamed(error, 'ConflictException'))
        await clients.apiGateway.send(new UpdateStageCommand(input))
      else throw error
    }
    return {
      id: input.StageName,
      arn: `arn:aws:apigateway:${region}::/apis/${input.ApiId}/stages/${input.StageName}`,
      invokeUrl: endpoint,
    }
  },
  remove: async ({ id, inputs }, { clients }) => {
    await clients.apiGateway.send(new DeleteStageCommand({ ...apiOf(inputs), StageName: id }))
  },
  read: ({ id, inputs }, { clients }) =>
    readOrGone(async () => ({
      ...(await clients.apiGateway.send(new GetStageCommand({ ...apiOf(inputs), StageName: id }))),
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

/** Ids are given by the service: what an earlier deployment made is updated, what the emulator lost is made again. */
async function updateOrCreate<Answer>(
  existing: string | undefined,
  update: (id: string) => Promise<Answer>,
  create: () => Promise<Answer>,
): Promise<Answer> {
  if (existing === undefined || existing === '') return await create()
  try {
    return await update(existing)
  } catch (error) {
    if (isNotFound(error)) return await create()
    throw error
  }
}

async function findApi(clients: Clients, name: string): Promise<string | undefined> {
  const { Items = [] } = await clients.apiGateway.send(new GetApisCommand({}))
  return Items.find(({ Name }) => Name === name)?.ApiId
}

async function findRoute(clients: Clients, ApiId: string, routeKey: string): Promise<string | undefined> {
  const { Items = [] } = await clients.apiGateway.send(new GetRoutesCommand({ ApiId }))
  return Items.find(({ RouteKey }) => RouteKey === routeKey)?.RouteId
}

function apiOf(inputs: DeployedResource['inputs']): { ApiId: string } {
  return { ApiId: String(inputs.apiId) }
}

function idOf(id: string | undefined, what: string): string {
  if (id === undefined) throw new Error(`API Gateway answered without an id for ${what}`)
  return id
}
