import type { FailureCode } from '@lean-ops/common/contract/failure-code'
import { firehoseBatchBytesMax, firehoseBatchRecordsMax } from '@lean-ops/common/messages/message-size'
import { batchBySize } from './batch-by-size.ts'
import { type ClassifiedFault, classifyEntryCode, classifyFault } from './classify-fault.ts'
import { attemptsMax, pauseBeforeRetry, type RetryClock } from './retry-policy.ts'

/** One answer per record, in the order of the request. `errorCode` undefined = stored. */
export type EntryAnswer = { errorCode: string | undefined }

/** The sink: one call per batch. Throws what the client throws. */
export type PutBatch = (
  stream: string,
  records: readonly Uint8Array[],
  timeoutMs: number,
) => Promise<readonly EntryAnswer[]>

export type SinkStats = { calls: number; failedCalls: number; refusedEntries: number; retriedEntries: number }

export type PutResult<E> = { failed: Map<E, FailureCode>; stats: SinkStats }

/**
 * Puts every entry, resending just those that failed, within the clock's time. Results belong to the entry objects,
 * never to positions across calls. Never throws: what is not in `failed` was accepted.
 * A call that timed out may have been stored all the same; such copies share their message id and collapse downstream.
 */
export async function putRecords<E extends { data: Uint8Array }>(
  stream: string,
  entries: readonly E[],
  putBatch: PutBatch,
  clock: RetryClock,
): Promise<PutResult<E>> {
  const stats: SinkStats = { calls: 0, failedCalls: 0, refusedEntries: 0, retriedEntries: 0 }
  const failed = new Map<E, FailureCode>()
  let pending = entries
  for (let attempt = 0; pending.length > 0; attempt += 1) {
    const faults = await putRound(stream, pending, putBatch, clock, stats)
    const again: E[] = []
    for (const [entry, fault] of faults)
      if (fault.isRetryable && attempt + 1 < attemptsMax) again.push(entry)
      else failed.set(entry, fault.code)
    pending = again
    if (again.length === 0) break
    if (!(await pauseBeforeRetry(attempt, clock))) {
      for (const [entry, fault] of faults) failed.set(entry, fault.code)
      break
    }
    stats.retriedEntries += again.length
  }
  return { failed, stats }
}

/** One attempt over all pending entries. Once a call shows that the fault is ours, the rest is not even tried. */
async function putRound<E extends { data: Uint8Array }>(
  stream: string,
  pending: readonly E[],
  putBatch: PutBatch,
  clock: RetryClock,
  stats: SinkStats,
): Promise<Map<E, ClassifiedFault>> {
  const faults = new Map<E, ClassifiedFault>()
  const batches = batchBySize(pending, (e) => e.data.length, {
    countMax: firehoseBatchRecordsMax,
    bytesMax: firehoseBatchBytesMax,
  })
  let ours: ClassifiedFault | undefined
  for (const batch of batches) {
    const timeoutMs = clock.remainingMs()
    if (ours || timeoutMs <= 0) {
      const fault = ours ?? { code: 'OUT_OF_TIME', class: 'transient', isRetryable: false }
      for (const entry of batch) faults.set(entry, fault)
      continue
    }
    stats.calls += 1
    try {
      const answers = await putBatch(
        stream,
        batch.map((e) => e.data),
        timeoutMs,
      )
      for (const [n, entry] of batch.entries()) {
        const errorCode = n < answers.length ? answers[n]?.errorCode : 'NoAnswer'
        if (errorCode === undefined) continue
        stats.refusedEntries += 1
        faults.set(entry, classifyEntryCode(errorCode))
      }
    } catch (error) {
      stats.failedCalls += 1
      const fault = classifyFault(error)
      if (fault.class === 'config') ours = fault
      for (const entry of batch) faults.set(entry, fault)
    }
  }
  return faults
}
