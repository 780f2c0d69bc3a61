import { expect, test } from 'vitest'
import { createClients } from './clients.ts'
import { metricAlarm } from './cloudwatch.ts'
import { deliveryStream } from './firehose.ts'
import { openInputs } from './open-inputs.ts'
import type { CreatedKind } from './resource-kind.ts'

/** What the emulator does not show when read back is checked on the request itself. */
function mapOf(kind: CreatedKind, values: Readonly<Record<string, unknown>>): unknown {
  const endpoint = 'http://127.0.0.1:1'
  const clients = createClients({ endpoint, region: 'us-east-1' })
  const { inputs, unread } = openInputs(kind.type, 'Subject', `urn::${kind.type}::Subject`, values)
  const mapped = kind.map(inputs, { clients, endpoint, region: 'us-east-1', account: '000000000000' })
  expect(unread(kind.ignored ?? {})).toEqual([])
  return mapped
}

test('an alarm over metric math keeps every query', () => {
  const metric = {
    namespace: 'AWS/Lambda',
    metricName: 'Errors',
    period: 60,
    stat: 'Sum',
    dimensions: { FunctionName: 'f' },
  }

  const mapped = mapOf(metricAlarm, {
    name: 'rate',
    evaluationPeriods: 1,
    comparisonOperator: 'GreaterThanThreshold',
    metricQueries: [
      { id: 'e', metric },
      { id: 'rate', expression: 'e * 2', label: 'rate', returnData: true },
    ],
  })

  expect(mapped).toMatchObject({
    Metrics: [
      {
        Id: 'e',
        ReturnData: false,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/Lambda',
            MetricName: 'Errors',
            Dimensions: [{ Name: 'FunctionName', Value: 'f' }],
          },
          Period: 60,
          Stat: 'Sum',
        },
      },
      { Id: 'rate', Expression: 'e * 2', Label: 'rate', ReturnData: true },
    ],
  })
})

test('a delivery stream keeps its error destination and its key', () => {
  const s3Configuration = {
    roleArn: 'role',
    bucketArn: 'bucket',
    prefix: 'p/',
    errorOutputPrefix: 'errors/',
    kmsKeyArn: 'key',
    compressionFormat: 'GZIP',
    cloudwatchLoggingOptions: { enabled: true, logGroupName: 'g', logStreamName: 's' },
  }

  const mapped = mapOf(deliveryStream, {
    name: 'raw',
    destination: 'iceberg',
    serverSideEncryption: { enabled: true, keyType: 'CUSTOMER_MANAGED_CMK', keyArn: 'key' },
    icebergConfiguration: { roleArn: 'role', catalogArn: 'catalog', s3Configuration },
  })

  expect(mapped).toMatchObject({
    DeliveryStreamEncryptionConfigurationInput: { KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: 'key' },
    IcebergDestinationConfiguration: {
      S3Configuration: {
        RoleARN: 'role',
        BucketARN: 'bucket',
        Prefix: 'p/',
        ErrorOutputPrefix: 'errors/',
        CompressionFormat: 'GZIP',
        EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: 'key' } },
        CloudWatchLoggingOptions: { Enabled: true, LogGroupName: 'g', LogStreamName: 's' },
      },
    },
  })
})

test('a destination without local treatment is refused by name', () => {
  expect(() => mapOf(deliveryStream, { name: 'raw', destination: 'extended_s3' })).toThrow(/"extended_s3"/)
})
