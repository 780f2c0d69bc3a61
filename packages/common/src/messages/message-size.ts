/** SQS: body + names, types and values of all attributes. Equal for one message and for a whole batch request. */
export const sqsMessageBytesMax = 1_048_576
/** SQS: custom attributes per message. */
export const sqsAttributesMax = 10
/** SQS: entries per batch request. */
export const sqsBatchEntriesMax = 10
/** Firehose: one record, before base64 (1,000 KiB, not 1 MiB). */
export const firehoseRecordBytesMax = 1_024_000
/** Firehose: one PutRecordBatch call. */
export const firehoseBatchBytesMax = 4_194_304
/** Firehose: records per PutRecordBatch call. */
export const firehoseBatchRecordsMax = 500
