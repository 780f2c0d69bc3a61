import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  type PutRuleCommandInput,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge'
import { isErrorNamed, readOrGone } from './aws-error.ts'
import { commonIgnored } from './common-ignored.ts'
import { createdKind } from './resource-kind.ts'

export const eventBus = createdKind({
  type: 'aws:cloudwatch/eventBus:EventBus',
  immutable: ['name'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => ({
    Name: inputs.nameOr('name', 256),
    Description: inputs.textOr('description'),
    KmsKeyIdentifier: inputs.textOr('kmsKeyIdentifier'),
  }),
  put: async (input, { clients, region, account }) => {
    try {
      await clients.eventbridge.send(new CreateEventBusCommand(input))
    } catch (error) {
      if (!isErrorNamed(error, 'ResourceAlreadyExistsException')) throw error
    }
    const arn = `arn:aws:events:${region}:${account}:event-bus/${input.Name}`
    return { id: input.Name, name: input.Name, arn }
  },
  remove: async ({ id }, { clients }) => {
    await clients.eventbridge.send(new DeleteEventBusCommand({ Name: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => ({
      ...(await clients.eventbridge.send(new DescribeEventBusCommand({ Name: id }))),
    })),
})

export const eventRule = createdKind({
  type: 'aws:cloudwatch/eventRule:EventRule',
  immutable: ['name', 'eventBusName'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) =>
    ({
      Name: inputs.nameOr('name', 64),
      EventBusName: inputs.textOr('eventBusName') ?? 'default',
      Description: inputs.textOr('description'),
      EventPattern: inputs.documentOr('eventPattern'),
      ScheduleExpression: inputs.textOr('scheduleExpression'),
      RoleArn: inputs.textOr('roleArn'),
      State: (inputs.textOr('state') ?? (inputs.flagOr('isEnabled') === false ? 'DISABLED' : 'ENABLED')) as
        | 'ENABLED'
        | 'DISABLED',
    }) satisfies PutRuleCommandInput,
  put: async (input, { clients }) => {
    const { RuleArn } = await clients.eventbridge.send(new PutRuleCommand(input))
    return { id: input.Name, name: input.Name, eventBusName: input.EventBusName, arn: RuleArn }
  },
  remove: async ({ id, outputs }, { clients }) => {
    const EventBusName = String(outputs.eventBusName ?? 'default')
    const { Targets = [] } = await clients.eventbridge.send(
      new ListTargetsByRuleCommand({ Rule: id, EventBusName }),
    )
    const Ids = Targets.flatMap((target) => target.Id ?? [])
    if (Ids.length > 0)
      await clients.eventbridge.send(new RemoveTargetsCommand({ Rule: id, EventBusName, Ids }))
    await clients.eventbridge.send(new DeleteRuleCommand({ Name: id, EventBusName, Force: true }))
  },
  read: ({ id, outputs }, { clients }) =>
    readOrGone(async () => ({
      ...(await clients.eventbridge.send(
        new DescribeRuleCommand({ Name: id, EventBusName: String(outputs.eventBusName ?? 'default') }),
      )),
    })),
})

export const eventTarget = createdKind({
  type: 'aws:cloudwatch/eventTarget:EventTarget',
  immutable: ['rule', 'eventBusName', 'targetId'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => {
    const deadLetter = inputs.blockOr('deadLetterConfig')
    const retry = inputs.blockOr('retryPolicy')
    const transformer = inputs.blockOr('inputTransformer')
    const sqs = inputs.blockOr('sqsTarget')
    return {
      rule: inputs.text('rule'),
      eventBusName: inputs.textOr('eventBusName') ?? 'default',
      target: {
        Id: inputs.nameOr('targetId', 64),
        Arn: inputs.text('arn'),
        RoleArn: inputs.textOr('roleArn'),
        Input: inputs.documentOr('input'),
        InputPath: inputs.textOr('inputPath'),
        InputTransformer: transformer && {
          InputPathsMap: transformer.textMapOr('inputPaths'),
          InputTemplate: transformer.text('inputTemplate'),
        },
        SqsParameters: sqs && { MessageGroupId: sqs.textOr('messageGroupId') },
        DeadLetterConfig: deadLetter && { Arn: deadLetter.textOr('arn') },
        RetryPolicy: retry && {
          MaximumRetryAttempts: retry.numberOr('maximumRetryAttempts'),
          MaximumEventAgeInSeconds: retry.numberOr('maximumEventAgeInSeconds'),
        },
      } satisfies Target,
    }
  },
  put: async ({ rule, eventBusName, target }, { clients }) => {
    const answer = await clients.eventbridge.send(
      new PutTargetsCommand({ Rule: rule, EventBusName: eventBusName, Targets: [target] }),
    )
    if (answer.FailedEntryCount)
      throw new Error(`EventBridge refused a target of ${rule}: ${JSON.stringify(answer.FailedEntries)}`)
    return { id: `${rule}-${target.Id}`, targetId: target.Id, eventBusName }
  },
  remove: async ({ inputs, outputs }, { clients }) => {
    await clients.eventbridge.send(
      new RemoveTargetsCommand({
        Rule: String(inputs.rule),
        EventBusName: String(outputs.eventBusName ?? 'default'),
        Ids: [String(outputs.targetId)],
      }),
    )
  },
  read: ({ inputs, outputs }, { clients }) =>
    readOrGone(async () => {
      const { Targets = [] } = await clients.eventbridge.send(
        new ListTargetsByRuleCommand({
          Rule: String(inputs.rule),
          EventBusName: String(outputs.eventBusName ?? 'default'),
        }),
      )
      const found = Targets.find(({ Id }) => Id === outputs.targetId)
      return found && { ...found }
    }),
})
