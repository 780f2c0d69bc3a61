import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

const role = 'arn:aws:iam::000000000000:role/delivery'

describe('Firehose', () => {
  const aws = useProvider()

  testLifecycle(aws, 'aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream', async () => {
    const [name, bucket] = [aws.mint('raw'), aws.mint('errors')]
    await aws.put('aws:s3/bucket:Bucket', { bucket })
    const logging = { enabled: true, logGroupName: '/aws/kinesisfirehose/raw', logStreamName: 'raw-0' }
    const lambdaArn = 'arn:aws:lambda:us-east-1:000000000000:function:transform'
    const iceberg = {
      roleArn: role,
      catalogArn: 'arn:aws:glue:us-east-1:000000000000:catalog',
      s3BackupMode: 'FailedDataOnly',
      processingConfiguration: {
        enabled: true,
        processors: [
          { type: 'Lambda', parameters: [{ parameterName: 'LambdaArn', parameterValue: lambdaArn }] },
        ],
      },
      destinationTableConfigurations: [
        { databaseName: 'raw', tableName: 'unrouted', uniqueKeys: ['id'], s3ErrorOutputPrefix: 'table/' },
      ],
    }
    const s3Configuration = {
      roleArn: role,
      bucketArn: `arn:aws:s3:::${bucket}`,
      errorOutputPrefix: 'errors/',
    }
    const described = {
      RoleARN: role,
      CatalogConfiguration: { CatalogARN: 'arn:aws:glue:us-east-1:000000000000:catalog' },
      S3BackupMode: 'FailedDataOnly',
      ProcessingConfiguration: {
        Enabled: true,
        Processors: [
          { Type: 'Lambda', Parameters: [{ ParameterName: 'LambdaArn', ParameterValue: lambdaArn }] },
        ],
      },
      DestinationTableConfigurationList: [
        {
          DestinationDatabaseName: 'raw',
          DestinationTableName: 'unrouted',
          UniqueKeys: ['id'],
          S3ErrorOutputPrefix: 'table/',
        },
      ],
    }
    return {
      create: {
        name,
        destination: 'iceberg',
        icebergConfiguration: {
          ...iceberg,
          appendOnly: true,
          bufferingInterval: 60,
          bufferingSize: 64,
          retryDuration: 1800,
          cloudwatchLoggingOptions: logging,
          s3Configuration: { ...s3Configuration, kmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/k' },
        },
      },
      created: {
        DeliveryStreamName: name,
        DeliveryStreamType: 'DirectPut',
        Destinations: [
          {
            IcebergDestinationDescription: {
              ...described,
              AppendOnly: true,
              BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 64 },
              RetryOptions: { DurationInSeconds: 1800 },
              CloudWatchLoggingOptions: {
                Enabled: true,
                LogGroupName: '/aws/kinesisfirehose/raw',
                LogStreamName: 'raw-0',
              },
            },
          },
        ],
      },
      update: {
        name,
        destination: 'iceberg',
        icebergConfiguration: { ...iceberg, bufferingInterval: 5, bufferingSize: 1, s3Configuration },
      },
      updated: {
        Destinations: [
          {
            IcebergDestinationDescription: {
              ...described,
              BufferingHints: { IntervalInSeconds: 5, SizeInMBs: 1 },
              RetryOptions: { DurationInSeconds: 300 },
            },
          },
        ],
      },
      outputs: { arn: `arn:aws:firehose:us-east-1:000000000000:deliverystream/${name}` },
    }
  })
})
