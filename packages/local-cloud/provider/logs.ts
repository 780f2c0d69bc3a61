import {
  CreateLogGroupCommand,
  type CreateLogGroupCommandInput,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteMetricFilterCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeMetricFiltersCommand,
  PutMetricFilterCommand,
  type PutMetricFilterCommandInput,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { isErrorNamed, readOrGone } from './aws-error.ts'
import { commonIgnored } from './common-ignored.ts'
import { createdKind } from './resource-kind.ts'

export const logGroup = createdKind({
  type: 'aws:cloudwatch/logGroup:LogGroup',
  immutable: ['name', 'logGroupClass'],
  replacement: { kind: 'delete-then-create' },
  ignored: { ...commonIgnored, deletionProtectionEnabled: 'use protect' },
  map: (inputs) => ({
    create: {
      logGroupName: inputs.nameOr('name', 512),
      kmsKeyId: inputs.textOr('kmsKeyId'),
      logGroupClass: inputs.textOr('logGroupClass') as CreateLogGroupCommandInput['logGroupClass'],
    } satisfies CreateLogGroupCommandInput,
    retentionInDays: inputs.numberOr('retentionInDays') ?? 0,
  }),
  put: async ({ create, retentionInDays }, { clients, region, account }, previous) => {
    const { logGroupName } = create
    try {
      await clients.logs.send(new CreateLogGroupCommand(create))
    } catch (error) {
      if (!isErrorNamed(error, 'ResourceAlreadyExistsException')) throw error
    }
    // 0 is Pulumi's "never expire", which CloudWatch expresses by having no policy.
    if (retentionInDays > 0)
      await clients.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }))
    else if (previous) await clients.logs.send(new DeleteRetentionPolicyCommand({ logGroupName }))
    return {
      id: logGroupName,
      name: logGroupName,
      arn: `arn:aws:logs:${region}:${account}:log-group:${logGroupName}`,
    }
  },
  remove: async ({ id }, { clients }) => {
    await clients.logs.send(new DeleteLogGroupCommand({ logGroupName: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { logGroups = [] } = await clients.logs.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: id }),
      )
      const found = logGroups.find((group) => group.logGroupName === id)
      return found && { ...found }
    }),
})

export const logMetricFilter = createdKind({
  type: 'aws:cloudwatch/logMetricFilter:LogMetricFilter',
  immutable: ['name', 'logGroupName'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => {
    const metric = inputs.block('metricTransformation')
    return {
      filterName: inputs.nameOr('name', 512),
      logGroupName: inputs.text('logGroupName'),
      filterPattern: inputs.text('pattern'),
      metricTransformations: [
        {
          metricName: metric.text('name'),
          metricNamespace: metric.text('namespace'),
          metricValue: metric.text('value'),
          defaultValue: metric.numberOr('defaultValue'),
          dimensions: metric.textMapOr('dimensions'),
          unit: metric.textOr('unit') as 'Count' | undefined,
        },
      ],
    } satisfies PutMetricFilterCommandInput
  },
  put: async (input, { clients }) => {
    await clients.logs.send(new PutMetricFilterCommand(input))
    return { id: input.filterName, name: input.filterName }
  },
  remove: async ({ id, inputs }, { clients }) => {
    const logGroupName = String(inputs.logGroupName)
    await clients.logs.send(new DeleteMetricFilterCommand({ filterName: id, logGroupName }))
  },
  read: ({ id, inputs }, { clients }) =>
    readOrGone(async () => {
      const logGroupName = String(inputs.logGroupName)
      const { metricFilters = [] } = await clients.logs.send(
        new DescribeMetricFiltersCommand({ logGroupName, filterNamePrefix: id }),
      )
      const found = metricFilters.find((filter) => filter.filterName === id)
      return found && { ...found }
    }),
})

export const logStream = createdKind({
  type: 'aws:cloudwatch/logStream:LogStream',
  immutable: ['name', 'logGroupName'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => ({ logGroupName: inputs.text('logGroupName'), logStreamName: inputs.nameOr('name', 512) }),
  put: async (input, { clients, region, account }) => {
    try {
      await clients.logs.send(new CreateLogStreamCommand(input))
    } catch (error) {
      if (!isErrorNamed(error, 'ResourceAlreadyExistsException')) throw error
    }
    const group = `arn:aws:logs:${region}:${account}:log-group:${input.logGroupName}`
    return {
      id: input.logStreamName,
      name: input.logStreamName,
      arn: `${group}:log-stream:${input.logStreamName}`,
    }
  },
  remove: async ({ id, inputs }, { clients }) => {
    const logGroupName = String(inputs.logGroupName)
    await clients.logs.send(new DeleteLogStreamCommand({ logGroupName, logStreamName: id }))
  },
  read: ({ id, inputs }, { clients }) =>
    readOrGone(async () => {
      const logGroupName = String(inputs.logGroupName)
      const { logStreams = [] } = await clients.logs.send(
        new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: id }),
      )
      const found = logStreams.find(({ logStreamName }) => logStreamName === id)
      return found && { ...found }
    }),
})
