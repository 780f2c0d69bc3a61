import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('CloudWatch Logs', () => {
  const aws = useProvider()
  const plainGroup = async (word: string) => {
    const name = `/t/${aws.mint(word)}`
    await aws.put('aws:cloudwatch/logGroup:LogGroup', { name })
    return name
  }

  testLifecycle(aws, 'aws:cloudwatch/logGroup:LogGroup', () => {
    const name = `/t/${aws.mint('group')}`
    return {
      create: { name, retentionInDays: 7, kmsKeyId: 'arn:aws:kms:us-east-1:000000000000:key/k' },
      created: {
        logGroupName: name,
        retentionInDays: 7,
        kmsKeyId: 'arn:aws:kms:us-east-1:000000000000:key/k',
      },
      update: { name, retentionInDays: 90 },
      updated: { retentionInDays: 90 },
      outputs: { arn: `arn:aws:logs:us-east-1:000000000000:log-group:${name}` },
    }
  })

  testLifecycle(aws, 'aws:cloudwatch/logStream:LogStream', async () => {
    const logGroupName = await plainGroup('streams')
    return { create: { logGroupName, name: 'raw-0' }, created: { logStreamName: 'raw-0' } }
  })

  testLifecycle(aws, 'aws:cloudwatch/logMetricFilter:LogMetricFilter', async () => {
    const [logGroupName, name] = [await plainGroup('filtered'), aws.mint('filter')]
    const transformation = { name: 'Errors', namespace: 'LeanOps', value: '1' }
    return {
      create: {
        logGroupName,
        name,
        pattern: 'ERROR',
        metricTransformation: { ...transformation, defaultValue: '0' },
      },
      created: {
        filterName: name,
        filterPattern: 'ERROR',
        metricTransformations: [
          { metricName: 'Errors', metricNamespace: 'LeanOps', metricValue: '1', defaultValue: 0 },
        ],
      },
      update: {
        logGroupName,
        name,
        pattern: 'FATAL',
        metricTransformation: { ...transformation, value: '2' },
      },
      updated: { filterPattern: 'FATAL', metricTransformations: [{ metricValue: '2' }] },
    }
  })
})
