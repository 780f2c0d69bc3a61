import {
  CreateStateMachineCommand,
  type CreateStateMachineCommandInput,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  type LogLevel,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn'
import { isErrorNamed, readOrGone } from './aws-error.ts'
import { commonIgnored } from './common-ignored.ts'
import { createdKind } from './resource-kind.ts'

export const stateMachine = createdKind({
  type: 'aws:sfn/stateMachine:StateMachine',
  immutable: ['name', 'type'],
  replacement: {
    kind: 'refuse',
    remedy:
      'running executions would be lost. Let them end, take it out of the program and deploy, then add it anew',
  },
  ignored: {
    ...commonIgnored,
    encryptionConfiguration: 'the emulator does not encrypt executions',
    publish: 'the emulator keeps one version',
  },
  map: (inputs) => {
    const logging = inputs.blockOr('loggingConfiguration')
    const tracing = inputs.blockOr('tracingConfiguration')
    return {
      name: inputs.nameOr('name', 80),
      type: (inputs.textOr('type') ?? 'STANDARD') as 'STANDARD' | 'EXPRESS',
      definition: inputs.document('definition'),
      roleArn: inputs.text('roleArn'),
      loggingConfiguration: logging && {
        level: logging.textOr('level') as LogLevel | undefined,
        includeExecutionData: logging.flagOr('includeExecutionData'),
        destinations: logging.has('logDestination')
          ? [{ cloudWatchLogsLogGroup: { logGroupArn: logging.text('logDestination') } }]
          : [],
      },
      tracingConfiguration: tracing && { enabled: tracing.flagOr('enabled') },
    } satisfies CreateStateMachineCommandInput
  },
  put: async (input, { clients, region, account }) => {
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${input.name}`
    try {
      await clients.sfn.send(new CreateStateMachineCommand(input))
    } catch (error) {
      if (!isErrorNamed(error, 'StateMachineAlreadyExists')) throw error
    }
    // Creating with the same name and definition succeeds without changing anything else: always set the rest.
    const { definition, roleArn, loggingConfiguration, tracingConfiguration } = input
    await clients.sfn.send(
      new UpdateStateMachineCommand({
        stateMachineArn: arn,
        definition,
        roleArn,
        loggingConfiguration,
        tracingConfiguration,
      }),
    )
    return { id: arn, arn, name: input.name, status: 'ACTIVE' }
  },
  remove: async ({ id, inputs }, { clients, region, account }) => {
    const arn = id.startsWith('arn:') ? id : `arn:aws:states:${region}:${account}:stateMachine:${inputs.name}`
    await clients.sfn.send(new DeleteStateMachineCommand({ stateMachineArn: arn }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => ({
      ...(await clients.sfn.send(new DescribeStateMachineCommand({ stateMachineArn: id }))),
    })),
})
