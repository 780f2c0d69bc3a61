import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  type FirehoseClientConfig,
  PutRecordBatchCommand,
} from '@aws-sdk/client-firehose'
import { encodeRawRecord, type RawRow } from '@lean-ops/pipeline/ingest/encode-raw-record'

/** A Firehose stream that appends to one Iceberg table, as the program makes them. */
export async function makeRawStream(
  config: FirehoseClientConfig,
  { stream, database, table, bucket }: { stream: string; database: string; table: string; bucket: string },
): Promise<void> {
  const firehose = new FirehoseClient(config)
  const role = 'arn:aws:iam::000000000000:role/any'
  await firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: stream,
      DeliveryStreamType: 'DirectPut',
      IcebergDestinationConfiguration: {
        RoleARN: role,
        CatalogConfiguration: { CatalogARN: 'arn:aws:glue:us-east-1:000000000000:catalog' },
        AppendOnly: true,
        BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 60 },
        DestinationTableConfigurationList: [
          { DestinationDatabaseName: database, DestinationTableName: table },
        ],
        S3Configuration: { RoleARN: role, BucketARN: `arn:aws:s3:::${bucket}`, ErrorOutputPrefix: 'errors/' },
      },
    }),
  )
  for (;;) {
    const { DeliveryStreamDescription: found } = await firehose.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName: stream }),
    )
    if (found?.DeliveryStreamStatus === 'ACTIVE') return
    await sleep(100)
  }
}

/** One commit of rows, encoded as the processor does it. Throws when one fits no record or the emulator did not write them. */
export async function deliverRecords(
  config: FirehoseClientConfig & { endpoint: string },
  stream: string,
  rows: readonly RawRow[],
): Promise<void> {
  const firehose = new FirehoseClient(config)
  const records = rows.map((row) => {
    const data = encodeRawRecord(row)
    if (data === undefined) throw new Error(`${row.message_id} does not fit into a record`)
    return { Data: data }
  })
  await firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: stream, Records: records }))
  const flushed = await fetch(`${config.endpoint}/_emulator/flush`, { method: 'POST' })
  if (flushed.status !== 200) throw new Error(`the rows were not written: HTTP ${flushed.status}`)
}
