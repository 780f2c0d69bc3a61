import type { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose'
import { type GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { SendMessageBatchCommand, type SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import {
  firehoseBatchBytesMax,
  firehoseBatchRecordsMax,
  firehoseRecordBytesMax,
  sqsAttributesMax,
  sqsMessageBytesMax,
} from '@lean-ops/common/messages/message-size'

/** What a fake does with one call or entry: nothing = it works. */
export type Fault = Error | { errorCode: string; isSenderFault?: boolean } | undefined

export type Faults = {
  putCall?(call: number): Error | undefined
  putEntry?(row: Record<string, unknown>, call: number): string | undefined
  sendCall?(call: number): Error | undefined
  sendEntry?(body: string, call: number): { code: string; isSenderFault: boolean } | undefined
  putObject?(key: string, call: number): Error | undefined
  getObject?(key: string): Error | undefined
  outcome?(): Error | undefined
}

export type SentMessage = { body: string; attributes: Record<string, { type: string; value: string }> }

/** Stand-ins for Firehose, SQS and S3 that keep what they took, enforce AWS's limits by throwing, and fail on demand. */
export function createFakeAws(faults: Faults = {}) {
  const rows: Record<string, unknown>[] = []
  const deadLetters: SentMessage[] = []
  const outcomes: string[] = []
  const objects = new Map<string, string>()
  const calls = { put: 0, send: 0, putObject: 0 }

  const firehose = async (command: PutRecordBatchCommand) => {
    calls.put += 1
    const records = (command.input.Records ?? []).map((r) => Buffer.from(r.Data ?? []))
    const bytes = records.reduce((sum, r) => sum + r.length, 0)
    if (records.length > firehoseBatchRecordsMax || bytes > firehoseBatchBytesMax)
      throw fault('InvalidArgumentException', { $fault: 'client' })
    if (records.some((r) => r.length > firehoseRecordBytesMax))
      throw fault('InvalidArgumentException', { $fault: 'client' })
    const thrown = faults.putCall?.(calls.put)
    if (thrown) throw thrown
    const responses = records.map((record) => {
      const row = JSON.parse(record.toString()) as Record<string, unknown>
      const code = faults.putEntry?.(row, calls.put)
      if (code !== undefined) return { ErrorCode: code }
      rows.push(row)
      return { RecordId: String(rows.length) }
    })
    return { FailedPutCount: responses.filter((r) => r.ErrorCode).length, RequestResponses: responses }
  }

  const sendBatch = async ({ input }: SendMessageBatchCommand) => {
    calls.send += 1
    const entries = (input.Entries ?? []).map((e) => ({ id: e.Id, message: toSent(e) }))
    if (entries.length > 10 || entries.reduce((sum, e) => sum + sizeOf(e.message), 0) > sqsMessageBytesMax)
      throw fault('BatchRequestTooLong', { $fault: 'client' })
    if (entries.some((e) => Object.keys(e.message.attributes).length > sqsAttributesMax))
      throw fault('InvalidParameterValue', { $fault: 'client' })
    const thrown = faults.sendCall?.(calls.send)
    if (thrown) throw thrown
    const failed = entries.flatMap(({ id, message }) => {
      const refused = faults.sendEntry?.(message.body, calls.send)
      if (refused) return [{ Id: id, Code: refused.code, SenderFault: refused.isSenderFault }]
      deadLetters.push(message)
      return []
    })
    const failedIds = new Set(failed.map((f) => f.Id))
    return {
      Successful: entries.filter((e) => !failedIds.has(e.id)).map((e) => ({ Id: e.id })),
      Failed: failed,
    }
  }

  const s3 = async (command: PutObjectCommand | GetObjectCommand) => {
    const key = command.input.Key ?? ''
    if (command instanceof PutObjectCommand) {
      calls.putObject += 1
      const thrown = faults.putObject?.(key, calls.putObject)
      if (thrown) throw thrown
      objects.set(key, String(command.input.Body))
      return {}
    }
    const thrown = faults.getObject?.(key)
    if (thrown) throw thrown
    const content = objects.get(key)
    if (content === undefined) throw fault('NoSuchKey', { $fault: 'client' })
    return { Body: { transformToString: async () => content } }
  }

  const sqs = async (command: SendMessageBatchCommand | SendMessageCommand) => {
    if (command instanceof SendMessageBatchCommand) return sendBatch(command)
    const thrown = faults.outcome?.()
    if (thrown) throw thrown
    outcomes.push(command.input.MessageBody ?? '')
    return {}
  }

  return {
    rows,
    deadLetters,
    outcomes,
    objects,
    calls,
    // The clients' `send` has an overload per command; a fake of five commands cannot spell them all.
    firehose: { send: firehose } as unknown as Pick<FirehoseClient, 'send'>,
    sqs: { send: sqs } as unknown as Pick<SQSClient, 'send'>,
    s3: { send: s3 } as unknown as Pick<S3Client, 'send'>,
  }
}

/** An error as the SDK throws it. */
export const fault = (name: string, fields: Record<string, unknown> = {}): Error =>
  Object.assign(new Error(`${name} of the test`), { name, ...fields })

type BatchEntry = NonNullable<SendMessageBatchCommand['input']['Entries']>[number]

const toSent = (e: BatchEntry): SentMessage => ({
  body: e.MessageBody ?? '',
  attributes: Object.fromEntries(
    Object.entries(e.MessageAttributes ?? {}).map(([name, a]) => [
      name,
      {
        type: a.DataType ?? '',
        value: a.StringValue ?? Buffer.from(a.BinaryValue ?? []).toString('base64'),
      },
    ]),
  ),
})

const sizeOf = (m: SentMessage): number =>
  Object.entries(m.attributes).reduce(
    (sum, [name, a]) => sum + name.length + a.type.length + Buffer.byteLength(a.value),
    Buffer.byteLength(m.body),
  )
