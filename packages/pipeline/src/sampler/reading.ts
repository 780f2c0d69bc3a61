import { AppError } from '@lean-ops/common/errors/app-error'

/** One attempt to read one source for one topic. A failed attempt carries why; it never carries a value. */
export type Reading<T> =
  | { topic: string; ok: true; at: Date; value: T }
  | { topic: string; ok: false; at: Date; error: { code: string; message: string } }

const messageLengthMax = 300

/**
 * What an operator needs to see of a failed call: the service's error name, and its text in one line. A call that the
 * end of the sample cut off is `NotInTime`.
 */
export function describeFault(fault: unknown): { code: string; message: string } {
  if (!(fault instanceof Error)) return { code: 'Unknown', message: 'The source failed without an error.' }
  if (fault.name === 'AbortError' || fault.name === 'TimeoutError')
    return {
      code: 'NotInTime',
      message: 'The sample was over before this was read; the next one begins with it.',
    }
  const message = (fault.message || fault.name).replaceAll(/\s+/g, ' ').slice(0, messageLengthMax)
  return { code: fault instanceof AppError ? fault.code : fault.name, message }
}

/** The same failure for every topic: a paged call that did not come through says nothing of any of them. */
export const failAll = (topics: readonly string[], at: Date, fault: unknown): Reading<never>[] =>
  topics.map((topic) => ({ topic, ok: false, at, error: describeFault(fault) }))
