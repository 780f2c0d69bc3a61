import {
  CreateDeliveryStreamCommand,
  type CreateDeliveryStreamCommandInput,
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  type IcebergDestinationConfiguration,
  type ProcessingConfiguration,
  type ProcessorParameterName,
  type ProcessorType,
  UpdateDestinationCommand,
} from '@aws-sdk/client-firehose'
import { isErrorNamed, readOrGone } from './aws-error.ts'
import type { Clients } from './clients.ts'
import { commonIgnored } from './common-ignored.ts'
import type { Inputs } from './open-inputs.ts'
import { createdKind } from './resource-kind.ts'

export const deliveryStream = createdKind({
  type: 'aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream',
  immutable: ['name', 'destination', 'kinesisSourceConfiguration', 'mskSourceConfiguration'],
  replacement: {
    kind: 'refuse',
    remedy:
      'records still in its buffer would be lost. Stop its producers, take it out of the program and deploy, then add it in its new form',
  },
  ignored: { ...commonIgnored, arn: 'follows from the name', versionId: 'kept by Firehose' },
  map: (inputs) => {
    const destination = inputs.text('destination')
    if (destination !== 'iceberg')
      throw new Error(
        `delivery stream "${inputs.name}": only the destination "iceberg" has a local treatment, not "${destination}"`,
      )
    const encryption = inputs.blockOr('serverSideEncryption')
    const encrypted = encryption?.flagOr('enabled') === true
    return {
      DeliveryStreamName: inputs.nameOr('name', 64),
      DeliveryStreamType: 'DirectPut',
      IcebergDestinationConfiguration: icebergDestination(inputs.block('icebergConfiguration')),
      DeliveryStreamEncryptionConfigurationInput: encrypted
        ? {
            KeyType: (encryption.textOr('keyType') ?? 'AWS_OWNED_CMK') as 'AWS_OWNED_CMK',
            KeyARN: encryption.textOr('keyArn'),
          }
        : undefined,
    } satisfies CreateDeliveryStreamCommandInput
  },
  put: async (input, { clients, region, account }) => {
    try {
      await clients.firehose.send(new CreateDeliveryStreamCommand(input))
    } catch (error) {
      if (!isErrorNamed(error, 'ResourceInUseException')) throw error
      await updateDestination(clients, input.DeliveryStreamName, input.IcebergDestinationConfiguration)
    }
    return {
      id: input.DeliveryStreamName,
      name: input.DeliveryStreamName,
      arn: `arn:aws:firehose:${region}:${account}:deliverystream/${input.DeliveryStreamName}`,
    }
  },
  remove: async ({ id }, { clients }) => {
    await clients.firehose.send(
      new DeleteDeliveryStreamCommand({ DeliveryStreamName: id, AllowForceDelete: true }),
    )
  },
  read: ({ id }, { clients }) => readOrGone(async () => ({ ...(await describeStream(clients, id)) })),
})

function icebergDestination(block: Inputs): IcebergDestinationConfiguration {
  const s3 = block.block('s3Configuration')
  return {
    RoleARN: block.text('roleArn'),
    CatalogConfiguration: { CatalogARN: block.text('catalogArn') },
    AppendOnly: block.flagOr('appendOnly'),
    BufferingHints: {
      IntervalInSeconds: block.numberOr('bufferingInterval') ?? 300,
      SizeInMBs: block.numberOr('bufferingSize') ?? 5,
    },
    RetryOptions: { DurationInSeconds: block.numberOr('retryDuration') ?? 300 },
    S3BackupMode: (block.textOr('s3BackupMode') ?? 'FailedDataOnly') as 'FailedDataOnly',
    CloudWatchLoggingOptions: loggingOptions(block),
    ProcessingConfiguration: processing(block),
    DestinationTableConfigurationList: block.blocksOr('destinationTableConfigurations')?.map((table) => ({
      DestinationDatabaseName: table.text('databaseName'),
      DestinationTableName: table.text('tableName'),
      UniqueKeys: table.textsOr('uniqueKeys'),
      S3ErrorOutputPrefix: table.textOr('s3ErrorOutputPrefix'),
    })),
    S3Configuration: {
      RoleARN: s3.text('roleArn'),
      BucketARN: s3.text('bucketArn'),
      Prefix: s3.textOr('prefix'),
      ErrorOutputPrefix: s3.textOr('errorOutputPrefix'),
      BufferingHints: {
        IntervalInSeconds: s3.numberOr('bufferingInterval') ?? 300,
        SizeInMBs: s3.numberOr('bufferingSize') ?? 5,
      },
      CompressionFormat: (s3.textOr('compressionFormat') ?? 'UNCOMPRESSED') as 'UNCOMPRESSED',
      EncryptionConfiguration: s3.has('kmsKeyArn')
        ? { KMSEncryptionConfig: { AWSKMSKeyARN: s3.text('kmsKeyArn') } }
        : { NoEncryptionConfig: 'NoEncryption' },
      CloudWatchLoggingOptions: loggingOptions(s3),
    },
  }
}

function loggingOptions(block: Inputs) {
  const options = block.blockOr('cloudwatchLoggingOptions')
  return (
    options && {
      Enabled: options.flagOr('enabled') ?? false,
      LogGroupName: options.textOr('logGroupName'),
      LogStreamName: options.textOr('logStreamName'),
    }
  )
}

function processing(block: Inputs): ProcessingConfiguration {
  const configuration = block.blockOr('processingConfiguration')
  return {
    Enabled: configuration?.flagOr('enabled') ?? false,
    Processors: configuration?.blocksOr('processors')?.map((processor) => ({
      Type: processor.text('type') as ProcessorType,
      Parameters: processor.blocksOr('parameters')?.map((parameter) => ({
        ParameterName: parameter.text('parameterName') as ProcessorParameterName,
        ParameterValue: parameter.text('parameterValue'),
      })),
    })),
  }
}

/** An update keeps the records that wait in the stream's buffer; delete and create would not. */
async function updateDestination(
  clients: Clients,
  name: string,
  destination: IcebergDestinationConfiguration,
): Promise<void> {
  const stream = await describeStream(clients, name)
  await clients.firehose.send(
    new UpdateDestinationCommand({
      DeliveryStreamName: name,
      CurrentDeliveryStreamVersionId: stream.VersionId,
      DestinationId: stream.Destinations?.[0]?.DestinationId,
      IcebergDestinationUpdate: destination,
    }),
  )
}

async function describeStream(clients: Clients, name: string) {
  const { DeliveryStreamDescription } = await clients.firehose.send(
    new DescribeDeliveryStreamCommand({ DeliveryStreamName: name }),
  )
  if (DeliveryStreamDescription === undefined)
    throw new Error(`Firehose answered without a description of ${name}`)
  return DeliveryStreamDescription
}
