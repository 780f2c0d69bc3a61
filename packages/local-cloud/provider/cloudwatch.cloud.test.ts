import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('CloudWatch', () => {
  const aws = useProvider()

  testLifecycle(aws, 'aws:cloudwatch/metricAlarm:MetricAlarm', () => {
    const name = aws.mint('alarm')
    return {
      create: {
        name,
        alarmDescription: 'messages wait',
        namespace: 'AWS/SQS',
        metricName: 'ApproximateAgeOfOldestMessage',
        dimensions: { QueueName: 'orders' },
        statistic: 'Maximum',
        period: 300,
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
        threshold: 900,
        comparisonOperator: 'GreaterThanThreshold',
        treatMissingData: 'notBreaching',
        alarmActions: ['arn:aws:sns:us-east-1:000000000000:alarms'],
        okActions: ['arn:aws:sns:us-east-1:000000000000:alarms'],
      },
      created: {
        AlarmName: name,
        AlarmDescription: 'messages wait',
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateAgeOfOldestMessage',
        Dimensions: [{ Name: 'QueueName', Value: 'orders' }],
        Statistic: 'Maximum',
        Period: 300,
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
        Threshold: 900,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        AlarmActions: ['arn:aws:sns:us-east-1:000000000000:alarms'],
        OKActions: ['arn:aws:sns:us-east-1:000000000000:alarms'],
      },
      update: {
        name,
        evaluationPeriods: 1,
        threshold: 5,
        namespace: 'AWS/Lambda',
        metricName: 'Errors',
        statistic: 'Sum',
        period: 60,
        comparisonOperator: 'LessThanThreshold',
      },
      updated: {
        Threshold: 5,
        EvaluationPeriods: 1,
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Dimensions: [],
        Statistic: 'Sum',
        Period: 60,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'missing',
        AlarmActions: [],
      },
      outputs: { arn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}` },
    }
  })

  testLifecycle(aws, 'aws:cloudwatch/dashboard:Dashboard', () => {
    const dashboardName = aws.mint('board')
    const body = (text: string) =>
      JSON.stringify({ widgets: [{ type: 'text', properties: { markdown: text } }] })
    return {
      create: { dashboardName, dashboardBody: body('one') },
      created: { DashboardName: dashboardName, DashboardBody: body('one') },
      update: { dashboardName, dashboardBody: body('two') },
      updated: { DashboardBody: body('two') },
    }
  })
})
