import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { isErrorNamed, readOrGone } from './aws-error.ts'
import { commonIgnored } from './common-ignored.ts'
import type { Inputs } from './open-inputs.ts'
import { createdKind } from './resource-kind.ts'

export const schedule = createdKind({
  type: 'aws:scheduler/schedule:Schedule',
  immutable: ['name', 'groupName'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => {
    const window = inputs.block('flexibleTimeWindow')
    const [start, end] = [inputs.textOr('startDate'), inputs.textOr('endDate')]
    return {
      Name: inputs.nameOr('name', 64),
      GroupName: inputs.textOr('groupName') ?? 'default',
      Description: inputs.textOr('description'),
      ScheduleExpression: inputs.text('scheduleExpression'),
      ScheduleExpressionTimezone: inputs.textOr('scheduleExpressionTimezone') ?? 'UTC',
      State: (inputs.textOr('state') ?? 'ENABLED') as 'ENABLED' | 'DISABLED',
      StartDate: start === undefined ? undefined : new Date(start),
      EndDate: end === undefined ? undefined : new Date(end),
      KmsKeyArn: inputs.textOr('kmsKeyArn'),
      ActionAfterCompletion: inputs.textOr('actionAfterCompletion') as 'NONE' | 'DELETE' | undefined,
      FlexibleTimeWindow: {
        Mode: window.text('mode') as 'OFF' | 'FLEXIBLE',
        MaximumWindowInMinutes: window.numberOr('maximumWindowInMinutes'),
      },
      Target: scheduleTarget(inputs.block('target')),
    } satisfies CreateScheduleCommandInput
  },
  put: async (input, { clients, region, account }) => {
    try {
      await clients.scheduler.send(new CreateScheduleCommand(input))
    } catch (error) {
      if (!isErrorNamed(error, 'ConflictException')) throw error
      await clients.scheduler.send(new UpdateScheduleCommand(input))
    }
    return {
      id: `${input.GroupName}/${input.Name}`,
      name: input.Name,
      groupName: input.GroupName,
      arn: `arn:aws:scheduler:${region}:${account}:schedule/${input.GroupName}/${input.Name}`,
    }
  },
  remove: async ({ id }, { clients }) => {
    await clients.scheduler.send(new DeleteScheduleCommand(splitId(id)))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => ({ ...(await clients.scheduler.send(new GetScheduleCommand(splitId(id)))) })),
})

export const scheduleGroup = createdKind({
  type: 'aws:scheduler/scheduleGroup:ScheduleGroup',
  immutable: ['name'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => ({ Name: inputs.nameOr('name', 64) }),
  put: async (input, { clients, region, account }) => {
    try {
      await clients.scheduler.send(new CreateScheduleGroupCommand(input))
    } catch (error) {
      if (!isErrorNamed(error, 'ConflictException')) throw error
    }
    const arn = `arn:aws:scheduler:${region}:${account}:schedule-group/${input.Name}`
    return { id: input.Name, name: input.Name, arn }
  },
  remove: async ({ id }, { clients }) => {
    await clients.scheduler.send(new DeleteScheduleGroupCommand({ Name: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => ({
      ...(await clients.scheduler.send(new GetScheduleGroupCommand({ Name: id }))),
    })),
})

function scheduleTarget(block: Inputs) {
  const deadLetter = block.blockOr('deadLetterConfig')
  const retry = block.blockOr('retryPolicy')
  const sqs = block.blockOr('sqsParameters')
  return {
    Arn: block.text('arn'),
    RoleArn: block.text('roleArn'),
    Input: block.documentOr('input'),
    DeadLetterConfig: deadLetter && { Arn: deadLetter.text('arn') },
    RetryPolicy: retry && {
      MaximumRetryAttempts: retry.numberOr('maximumRetryAttempts'),
      MaximumEventAgeInSeconds: retry.numberOr('maximumEventAgeInSeconds'),
    },
    SqsParameters: sqs && { MessageGroupId: sqs.textOr('messageGroupId') },
  }
}

function splitId(id: string): { GroupName: string; Name: string } {
  const [GroupName = 'default', Name = ''] = id.split('/')
  return { GroupName, Name }
}
