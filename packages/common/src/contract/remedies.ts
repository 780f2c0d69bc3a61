import type { FailureCode } from './failure-code.ts'

export type Remedy = {
  /** What happened, in one sentence an operator understands without the source. */
  cause: string
  /** The place that shows more. */
  whereToLook: string
  /** The next action, in the imperative. */
  whatToDo: string
  /** Would the unchanged message pass if it were replayed now? `after-fix` = only once the cause is repaired. */
  safeToReplay: 'yes' | 'after-fix' | 'no'
  /** Anchor in docs/failure-codes.md. */
  docs: string
}

const remedy = (docs: string, fields: Omit<Remedy, 'docs'>): Remedy => ({ ...fields, docs })

/** Code → what to do about it: UI, alerts and docs are rendered from this one list. */
export const remedies: Record<FailureCode, Remedy> = {
  EMPTY_BODY: remedy('empty-body', {
    cause: 'The message has no body, or only white space.',
    whereToLook: "The producer's send call; the inspector shows the message's attributes.",
    whatToDo: 'Tell the producer; discard the message with a reason, or edit a body in.',
    safeToReplay: 'no',
  }),
  INVALID_UTF8: remedy('invalid-utf8', {
    cause: 'The text holds half of a surrogate pair, so it has no valid UTF-8 form.',
    whereToLook: 'The body in the inspector: often a text that was cut in the middle of an emoji.',
    whatToDo: 'Have the producer cut by code point; edit the text and replay.',
    safeToReplay: 'no',
  }),
  MALFORMED_JSON: remedy('malformed-json', {
    cause: 'The body is not valid JSON (NaN and Infinity are not JSON either).',
    whereToLook: 'The inspector, which marks the first place that does not parse.',
    whatToDo: 'Edit the body and replay, or discard it; have the producer use a JSON serialiser.',
    safeToReplay: 'no',
  }),
  NOT_AN_OBJECT: remedy('not-an-object', {
    cause: 'The body is JSON, but a list, text, number, true, false or null instead of an object.',
    whereToLook: 'The body in the inspector; a list often means that a batch was sent as one message.',
    whatToDo: 'Have the producer send one object per message; edit or discard these.',
    safeToReplay: 'no',
  }),
  MALFORMED_PAYLOAD: remedy('malformed-payload', {
    cause: 'The envelope is sound, but the payload inside is missing, not decodable or not an object.',
    whereToLook: "The envelope's `payload`, `Message` or base64 `message.data` in the inspector.",
    whatToDo: 'Have the producer repair the encoding; edit the payload and replay.',
    safeToReplay: 'no',
  }),
  TOO_LARGE: remedy('too-large', {
    cause: 'Even compressed, the record is over the 1,000 KiB that Firehose takes.',
    whereToLook: 'The archive object that the dead letter names; its size is in the lineage.',
    whatToDo: 'Have the producer split the message or send a reference; load this body by hand.',
    safeToReplay: 'no',
  }),
  CLAIM_CHECK_MISSING: remedy('claim-check-missing', {
    cause: 'The message refers to an archived body that is gone or no longer matches its checksum.',
    whereToLook: 'The archive bucket and its versions, under the key in the lineage.',
    whatToDo: 'Restore the object version and replay; otherwise discard with a reason.',
    safeToReplay: 'after-fix',
  }),
  UNKNOWN_TOPIC: remedy('unknown-topic', {
    cause: 'The message came through a queue or to a table that no contract names.',
    whereToLook: 'Contracts; the deployed registry may be older than the queue.',
    whatToDo: 'Add or restore the contract, deploy, then replay.',
    safeToReplay: 'after-fix',
  }),
  SINK_THROTTLED: remedy('sink-throttled', {
    cause: 'Firehose refused the record because its throughput was used up.',
    whereToLook: 'Breakers → sink, and the throughput quota of the stream.',
    whatToDo: 'Wait for the breaker to close, then replay; raise the quota or add a stream if it recurs.',
    safeToReplay: 'yes',
  }),
  SINK_UNAVAILABLE: remedy('sink-unavailable', {
    cause: 'Firehose could not be reached, or answered with a server error.',
    whereToLook: 'Breakers → sink; the AWS health page of the region.',
    whatToDo: 'Replay once the sink breaker is closed.',
    safeToReplay: 'yes',
  }),
  ARCHIVE_UNAVAILABLE: remedy('archive-unavailable', {
    cause: 'A body too large for the queue could not be written to, or read from, the archive.',
    whereToLook: "The processor's log for the invocation; the archive bucket's policy and key.",
    whatToDo: 'Repair access to the archive, then replay.',
    safeToReplay: 'after-fix',
  }),
  DEAD_LETTER_SEND_FAILED: remedy('dead-letter-send-failed', {
    cause:
      'A message with a permanent fault could not be sent to the dead-letter queue; it stays in its queue.',
    whereToLook: "The processor's log for the invocation; the policy of the dead-letter queue.",
    whatToDo: 'Nothing while SQS recovers; with ACCESS_DENIED beside it, repair the grant.',
    safeToReplay: 'yes',
  }),
  OUT_OF_TIME: remedy('out-of-time', {
    cause: 'The invocation ended its time before the message was stored; it stays in its queue.',
    whereToLook: "The processor's duration, and the sink's latency on the topic page.",
    whatToDo: 'Nothing if it passes on the next receive; otherwise look at the sink.',
    safeToReplay: 'yes',
  }),
  ACCESS_DENIED: remedy('access-denied', {
    cause: 'AWS refused our own call: a grant or a key policy is missing.',
    whereToLook: "The log line of the invocation names the call; compare the function's role.",
    whatToDo: 'Repair the grant and deploy; the breaker closes by itself, then replay.',
    safeToReplay: 'after-fix',
  }),
  SINK_MISCONFIGURED: remedy('sink-misconfigured', {
    cause: 'The stream does not exist, its key is disabled, or it refuses our request as invalid.',
    whereToLook: 'The Firehose stream named in the log line, and its KMS key.',
    whatToDo: 'Repair the stream or deploy again, then replay.',
    safeToReplay: 'after-fix',
  }),
  RETRIES_EXHAUSTED: remedy('retries-exhausted', {
    cause: 'The message was received as often as its queue allows and never stored.',
    whereToLook: 'The last failure in its lineage, and the breaker history of that time.',
    whatToDo: 'Make sure that the cause is over, then replay.',
    safeToReplay: 'yes',
  }),
  NEVER_PROCESSED: remedy('never-processed', {
    cause: 'The message reached the dead-letter queue without a sign that our processor ever saw it.',
    whereToLook: "The queue's event source mapping, throttles of the processor, and visibility timeout.",
    whatToDo: 'Make sure that the mapping is enabled, then replay.',
    safeToReplay: 'yes',
  }),
  INTERNAL_FAILURE: remedy('internal-failure', {
    cause: 'Our own code failed in a way it did not expect.',
    whereToLook: 'The log line with this correlation id holds the stack and the code version.',
    whatToDo: 'Report it with the correlation id; replay after the fix is deployed.',
    safeToReplay: 'after-fix',
  }),
  FIREHOSE_TRANSFORM_FAILED: remedy('firehose-transform-failed', {
    cause: 'The Firehose transform could not route the record, or its answer had no room for it.',
    whereToLook: "The transform's log; the topic in the record against the deployed registry.",
    whatToDo: 'Deploy the missing contract or repair the transform, then replay.',
    safeToReplay: 'after-fix',
  }),
  FIREHOSE_TABLE_NOT_FOUND: remedy('firehose-table-not-found', {
    cause: 'The RAW table did not exist, or could not be loaded, when Firehose delivered.',
    whereToLook: 'Glue, RAW database; the last deploy and its migration log.',
    whatToDo: 'Deploy again (the migration creates the table), then replay.',
    safeToReplay: 'after-fix',
  }),
  FIREHOSE_SCHEMA_MISMATCH: remedy('firehose-schema-mismatch', {
    cause: 'A column of the record does not fit the type or the name in the RAW table.',
    whereToLook: "The error object's message, and the RAW table's columns in Glue.",
    whatToDo: 'Run the migration or repair the processor, then replay.',
    safeToReplay: 'after-fix',
  }),
  FIREHOSE_ACCESS_DENIED: remedy('firehose-access-denied', {
    cause: "Firehose's role lacks a grant on the table, the bucket or a key.",
    whereToLook: 'Lake Formation and the IAM policy of the stream role.',
    whatToDo: 'Repair the grant and deploy, then replay.',
    safeToReplay: 'after-fix',
  }),
  FIREHOSE_DELIVERY_FAILED: remedy('firehose-delivery-failed', {
    cause: 'Firehose gave the record up with an error code of its own.',
    whereToLook: "The error object's errorCode and errorMessage in the inspector.",
    whatToDo: 'Repair what the code names, then replay.',
    safeToReplay: 'after-fix',
  }),
  CDE_MISSING: remedy('cde-missing', {
    cause: 'A critical data element is null, blank or absent (checked after the cast).',
    whereToLook: 'The failing fields of the dead letter, and the contract of the topic.',
    whatToDo: 'Edit the field in and replay, or change the contract and re-evaluate the rejects.',
    safeToReplay: 'no',
  }),
  TYPE_CAST: remedy('type-cast', {
    cause: 'A value cannot be read as the type that the contract names, without rounding or guessing.',
    whereToLook: 'The failing fields with their exact text, and the contract of the topic.',
    whatToDo: 'Edit the value and replay, or widen the type and re-evaluate the rejects.',
    safeToReplay: 'no',
  }),
  RULE: remedy('rule', {
    cause: 'A value breaks a rule of the contract (range, enumeration or pattern).',
    whereToLook: 'The failing fields and the rule in the contract of the topic.',
    whatToDo: 'Edit the value and replay, or change the rule and re-evaluate the rejects.',
    safeToReplay: 'no',
  }),
}
