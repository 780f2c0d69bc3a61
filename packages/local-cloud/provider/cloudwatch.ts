import {
  type ComparisonOperator,
  DeleteAlarmsCommand,
  DeleteDashboardsCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  type MetricDataQuery,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  type StandardUnit,
  type Statistic,
} from '@aws-sdk/client-cloudwatch'
import { readOrGone } from './aws-error.ts'
import { commonIgnored } from './common-ignored.ts'
import type { Inputs } from './open-inputs.ts'
import { createdKind } from './resource-kind.ts'

export const metricAlarm = createdKind({
  type: 'aws:cloudwatch/metricAlarm:MetricAlarm',
  immutable: ['name'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) =>
    ({
      AlarmName: inputs.nameOr('name', 255),
      AlarmDescription: inputs.textOr('alarmDescription'),
      ActionsEnabled: inputs.flagOr('actionsEnabled') ?? true,
      AlarmActions: inputs.textsOr('alarmActions') ?? [],
      OKActions: inputs.textsOr('okActions') ?? [],
      InsufficientDataActions: inputs.textsOr('insufficientDataActions') ?? [],
      Namespace: inputs.textOr('namespace'),
      MetricName: inputs.textOr('metricName'),
      Dimensions: dimensions(inputs),
      Statistic: inputs.textOr('statistic') as Statistic | undefined,
      ExtendedStatistic: inputs.textOr('extendedStatistic'),
      Period: inputs.numberOr('period'),
      Unit: inputs.textOr('unit') as StandardUnit | undefined,
      EvaluationPeriods: inputs.number('evaluationPeriods'),
      DatapointsToAlarm: inputs.numberOr('datapointsToAlarm'),
      Threshold: inputs.numberOr('threshold'),
      ThresholdMetricId: inputs.textOr('thresholdMetricId'),
      ComparisonOperator: inputs.text('comparisonOperator') as ComparisonOperator,
      TreatMissingData: inputs.textOr('treatMissingData') ?? 'missing',
      EvaluateLowSampleCountPercentile: inputs.textOr('evaluateLowSampleCountPercentiles'),
      Metrics: inputs.blocksOr('metricQueries')?.map(metricQuery),
    }) satisfies PutMetricAlarmCommandInput,
  put: async (input, { clients, region, account }) => {
    await clients.cloudwatch.send(new PutMetricAlarmCommand(input))
    return {
      id: input.AlarmName,
      name: input.AlarmName,
      arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${input.AlarmName}`,
    }
  },
  remove: async ({ id }, { clients }) => {
    await clients.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [id] }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { MetricAlarms = [] } = await clients.cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmNames: [id] }),
      )
      return MetricAlarms[0] && { ...MetricAlarms[0] }
    }),
})

function metricQuery(query: Inputs): MetricDataQuery {
  const metric = query.blockOr('metric')
  return {
    Id: query.text('id'),
    Expression: query.textOr('expression'),
    Label: query.textOr('label'),
    ReturnData: query.flagOr('returnData') ?? false,
    AccountId: query.textOr('accountId'),
    Period: query.numberOr('period'),
    MetricStat: metric && {
      Metric: {
        Namespace: metric.textOr('namespace'),
        MetricName: metric.text('metricName'),
        Dimensions: dimensions(metric),
      },
      Period: metric.number('period'),
      Stat: metric.text('stat'),
      Unit: metric.textOr('unit') as StandardUnit | undefined,
    },
  }
}

function dimensions(inputs: Inputs) {
  return Object.entries(inputs.textMapOr('dimensions') ?? {}).map(([Name, Value]) => ({ Name, Value }))
}

export const dashboard = createdKind({
  type: 'aws:cloudwatch/dashboard:Dashboard',
  immutable: ['dashboardName'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => ({
    DashboardName: inputs.nameOr('dashboardName', 255),
    DashboardBody: inputs.document('dashboardBody'),
  }),
  put: async (input, { clients, account }) => {
    await clients.cloudwatch.send(new PutDashboardCommand(input))
    const dashboardArn = `arn:aws:cloudwatch::${account}:dashboard/${input.DashboardName}`
    return { id: input.DashboardName, dashboardName: input.DashboardName, dashboardArn }
  },
  remove: async ({ id }, { clients }) => {
    await clients.cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: [id] }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => ({
      ...(await clients.cloudwatch.send(new GetDashboardCommand({ DashboardName: id }))),
    })),
})
