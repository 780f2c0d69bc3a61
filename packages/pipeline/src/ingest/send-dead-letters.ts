import type { FailureCode } from '@lean-ops/common/contract/failure-code'
import { claimCheckBody, claimCheckKey, encodeArchivedMessage } from '@lean-ops/common/messages/claim-check'
import { encodeLineage, type Lineage, lineageAttributeName } from '@lean-ops/common/messages/lineage'
import { attributesBytes, type TypedAttributes } from '@lean-ops/common/messages/message-attributes'
import {
  sqsAttributesMax,
  sqsBatchEntriesMax,
  sqsMessageBytesMax,
} from '@lean-ops/common/messages/message-size'
import { batchBySize } from './batch-by-size.ts'
import { type ClassifiedFault, classifyFault } from './classify-fault.ts'
import { attemptsMax, pauseBeforeRetry, type RetryClock } from './retry-policy.ts'

/** A message with a permanent fault, on its way to the dead-letter queue. */
export type DeadLetter = {
  topic: string
  sqsMessageId: string
  body: string
  attributes: TypedAttributes
  /** With `lastFailure`. A claim check in it (the body is archived already) is kept. */
  lineage: Lineage
  /** Archive the body even if the message would fit (TOO_LARGE). */
  archiveAlways: boolean
}

export type OutgoingMessage = { body: string; attributes: TypedAttributes }

/** One answer per message, in order; `errorCode` undefined = the queue has it. Throws what the client throws. */
export type SendBatch = (
  messages: readonly OutgoingMessage[],
  timeoutMs: number,
) => Promise<readonly { errorCode: string | undefined; isSenderFault: boolean }[]>

/** Writes one archive object and returns only when it is durable. */
export type PutArchive = (key: string, content: string, timeoutMs: number) => Promise<{ bucket: string }>

export type DeadLetterDeps = {
  sendBatch: SendBatch
  putArchive: PutArchive
  lineageSecret: string
  clock: RetryClock
}

type Prepared = { letter: DeadLetter; message: OutgoingMessage; bytes: number }

/**
 * Sends each dead letter; what does not fit a queue message with its lineage is archived first and sent as a claim check.
 * Never throws: a letter in the returned map has no durable copy and its message must be reported failed.
 */
export async function sendDeadLetters(
  letters: readonly DeadLetter[],
  deps: DeadLetterDeps,
): Promise<Map<DeadLetter, FailureCode>> {
  const unsent = new Map<DeadLetter, FailureCode>()
  let pending: Prepared[] = []
  for (const letter of letters) {
    const prepared = await prepare(letter, deps)
    if (prepared.ok) pending.push(prepared.value)
    else unsent.set(letter, prepared.code)
  }
  for (let attempt = 0; pending.length > 0; attempt += 1) {
    const faults = await sendRound(pending, deps)
    pending = [...faults].flatMap(([p, f]) => (f.isRetryable && attempt + 1 < attemptsMax ? [p] : []))
    const isGoingOn = pending.length > 0 && (await pauseBeforeRetry(attempt, deps.clock))
    if (!isGoingOn) pending = []
    for (const [p, f] of faults) if (!pending.includes(p)) unsent.set(p.letter, codeOf(f))
  }
  return unsent
}

const codeOf = (fault: ClassifiedFault): FailureCode =>
  fault.class === 'config' ? 'ACCESS_DENIED' : 'DEAD_LETTER_SEND_FAILED'

async function prepare(
  letter: DeadLetter,
  deps: DeadLetterDeps,
): Promise<{ ok: true; value: Prepared } | { ok: false; code: FailureCode }> {
  const whole = withLineage(letter.body, letter.attributes, letter.lineage, deps.lineageSecret)
  const isFitting =
    Object.keys(letter.attributes).length < sqsAttributesMax &&
    whole.bytes <= sqsMessageBytesMax &&
    // SQS refuses an empty body and half a surrogate pair.
    letter.body !== '' &&
    letter.body.isWellFormed()
  if (isFitting && !letter.archiveAlways) return { ok: true, value: { letter, ...whole } }
  const archived = await archive(letter, deps)
  if (!archived.ok) return archived
  const check = withLineage(claimCheckBody, {}, archived.lineage, deps.lineageSecret)
  return { ok: true, value: { letter, ...check } }
}

function withLineage(
  body: string,
  attributes: TypedAttributes,
  lineage: Lineage,
  secret: string,
): { message: OutgoingMessage; bytes: number } {
  const own = { [lineageAttributeName]: { type: 'String', value: encodeLineage(lineage, secret) } }
  const message = { body, attributes: { ...attributes, ...own } }
  return { message, bytes: Buffer.byteLength(body) + attributesBytes(message.attributes) }
}

async function archive(
  letter: DeadLetter,
  deps: DeadLetterDeps,
): Promise<{ ok: true; lineage: Lineage } | { ok: false; code: FailureCode }> {
  const { content, size, sha256 } = encodeArchivedMessage(letter)
  const key = claimCheckKey(letter.topic, letter.sqsMessageId, sha256)
  for (let attempt = 0; ; attempt += 1) {
    const timeoutMs = deps.clock.remainingMs()
    if (timeoutMs <= 0) return { ok: false, code: 'OUT_OF_TIME' }
    try {
      const { bucket } = await deps.putArchive(key, content, timeoutMs)
      return { ok: true, lineage: { ...letter.lineage, claimCheck: { bucket, key, size, sha256 } } }
    } catch (error) {
      const fault = classifyFault(error)
      const code = fault.class === 'config' ? 'ACCESS_DENIED' : 'ARCHIVE_UNAVAILABLE'
      if (!fault.isRetryable || attempt + 1 >= attemptsMax) return { ok: false, code }
      if (!(await pauseBeforeRetry(attempt, deps.clock))) return { ok: false, code }
    }
  }
}

async function sendRound(
  pending: readonly Prepared[],
  deps: DeadLetterDeps,
): Promise<Map<Prepared, ClassifiedFault>> {
  const faults = new Map<Prepared, ClassifiedFault>()
  const limits = { countMax: sqsBatchEntriesMax, bytesMax: sqsMessageBytesMax }
  for (const batch of batchBySize(pending, (p) => p.bytes, limits)) {
    const timeoutMs = deps.clock.remainingMs()
    if (timeoutMs <= 0) {
      for (const p of batch) faults.set(p, outOfTime)
      continue
    }
    try {
      const answers = await deps.sendBatch(
        batch.map((p) => p.message),
        timeoutMs,
      )
      for (const [n, p] of batch.entries()) {
        const answer = n < answers.length ? answers[n] : noAnswer
        if (answer?.errorCode === undefined) continue
        faults.set(p, {
          code: 'DEAD_LETTER_SEND_FAILED',
          class: 'transient',
          isRetryable: !answer.isSenderFault,
        })
      }
    } catch (error) {
      const fault = classifyFault(error)
      for (const p of batch) faults.set(p, fault)
    }
  }
  return faults
}

const noAnswer = { errorCode: 'NoAnswer', isSenderFault: false }
const outOfTime: ClassifiedFault = { code: 'OUT_OF_TIME', class: 'transient', isRetryable: false }
