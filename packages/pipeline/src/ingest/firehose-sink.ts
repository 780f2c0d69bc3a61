import { type FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose'
import type { PutBatch } from './put-records.ts'

/** The sink of production. An entry counts as stored only with a RecordId and without an ErrorCode. */
export const firehoseSink =
  (client: Pick<FirehoseClient, 'send'>): PutBatch =>
  async (stream, records, timeoutMs) => {
    const answer = await client.send(
      new PutRecordBatchCommand({
        DeliveryStreamName: stream,
        Records: records.map((Data) => ({ Data })),
      }),
      { abortSignal: AbortSignal.timeout(timeoutMs) },
    )
    return (answer.RequestResponses ?? []).map((r) => ({
      errorCode: r.ErrorCode ?? (r.RecordId ? undefined : 'NoRecordId'),
    }))
  }
