import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  type EventSourcePosition,
  type FunctionResponseType,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
  type UpdateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda'
import { readOrGone } from './aws-error.ts'
import type { Clients } from './clients.ts'
import { commonIgnored } from './common-ignored.ts'
import { createdKind } from './resource-kind.ts'

export const eventSourceMapping = createdKind({
  type: 'aws:lambda/eventSourceMapping:EventSourceMapping',
  immutable: ['eventSourceArn', 'startingPosition'],
  replacement: { kind: 'delete-then-create' },
  ignored: { ...commonIgnored, metricsConfig: 'metrics come from the emulator itself' },
  map: (inputs) => {
    const failure = inputs.blockOr('destinationConfig')?.blockOr('onFailure')
    const scaling = inputs.blockOr('scalingConfig')
    const filters = inputs.blockOr('filterCriteria')?.blocksOr('filters')
    return {
      functionName: inputs.text('functionName'),
      eventSourceArn: inputs.text('eventSourceArn'),
      startingPosition: inputs.textOr('startingPosition') as EventSourcePosition | undefined,
      settings: {
        Enabled: inputs.flagOr('enabled'),
        BatchSize: inputs.numberOr('batchSize'),
        MaximumBatchingWindowInSeconds: inputs.numberOr('maximumBatchingWindowInSeconds') ?? 0,
        FunctionResponseTypes: (inputs.textsOr('functionResponseTypes') ?? []) as FunctionResponseType[],
        FilterCriteria: { Filters: filters?.map((filter) => ({ Pattern: filter.text('pattern') })) ?? [] },
        // An empty object takes a limit off again.
        ScalingConfig: { MaximumConcurrency: scaling?.numberOr('maximumConcurrency') },
        DestinationConfig: failure && { OnFailure: { Destination: failure.text('destinationArn') } },
        BisectBatchOnFunctionError: inputs.flagOr('bisectBatchOnFunctionError'),
        MaximumRecordAgeInSeconds: inputs.numberOr('maximumRecordAgeInSeconds'),
        MaximumRetryAttempts: inputs.numberOr('maximumRetryAttempts'),
        ParallelizationFactor: inputs.numberOr('parallelizationFactor'),
      } satisfies Omit<UpdateEventSourceMappingCommandInput, 'UUID'>,
    }
  },
  put: async ({ functionName, eventSourceArn, startingPosition, settings }, { clients }) => {
    const existing = await findMapping(clients, functionName, eventSourceArn)
    const { UUID, FunctionArn } =
      existing === undefined
        ? await clients.lambda.send(
            new CreateEventSourceMappingCommand({
              FunctionName: functionName,
              EventSourceArn: eventSourceArn,
              StartingPosition: startingPosition,
              ...settings,
            }),
          )
        : await clients.lambda.send(
            new UpdateEventSourceMappingCommand({ UUID: existing, FunctionName: functionName, ...settings }),
          )
    if (UUID === undefined)
      throw new Error(`Lambda answered without an id for the mapping of ${eventSourceArn}`)
    return { id: UUID, uuid: UUID, functionArn: FunctionArn }
  },
  remove: async ({ id }, { clients }) => {
    await clients.lambda.send(new DeleteEventSourceMappingCommand({ UUID: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => ({
      ...(await clients.lambda.send(new GetEventSourceMappingCommand({ UUID: id }))),
    })),
})

async function findMapping(
  clients: Clients,
  FunctionName: string,
  EventSourceArn: string,
): Promise<string | undefined> {
  const { EventSourceMappings = [] } = await clients.lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName, EventSourceArn }),
  )
  return EventSourceMappings[0]?.UUID
}
