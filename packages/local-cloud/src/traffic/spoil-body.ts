import type { FailureCode } from '@lean-ops/common/contract/failure-code'
import type { Random } from './create-random.ts'

type Malformed = { code: FailureCode; body(serial: number): string }

/** Bodies that ingestion must refuse, each with the code it must give. An empty body is missing: SQS takes none. */
export const malformedBodies: readonly [Malformed, ...Malformed[]] = [
  { code: 'MALFORMED_JSON', body: (n) => `{"orderId":"cut-${n}","amount":5.5` },
  { code: 'MALFORMED_JSON', body: (n) => `{"orderId":"nan-${n}","amount":NaN}` },
  { code: 'MALFORMED_JSON', body: (n) => `orderId=${n}&amount=5.50` },
  { code: 'NOT_AN_OBJECT', body: (n) => `[{"orderId":"batch-${n}"}]` },
  { code: 'NOT_AN_OBJECT', body: () => 'null' },
  { code: 'INVALID_UTF8', body: (n) => `{"orderId":"emoji-${n}","note":"\\ud83d"}` },
  { code: 'EMPTY_BODY', body: () => '   ' },
]

/** Over 1,000 KiB as a record, under 1 MiB as a message. */
const targetBytes = 1_035_000
const printable = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter(
  (c) => c !== '"' && c !== '\\',
)

/** A payload with a filler that makes its record too large: every second one compresses (RAW), the others do not (TOO_LARGE). */
export function oversizeBody(
  payload: string,
  messageId: string,
  random: Random,
): { body: string; isTooLarge: boolean } {
  const isTooLarge = random.next() < 0.5
  const head = `{"message_id":"${messageId}",${payload.slice(1, -1)},"filler":"`
  const length = targetBytes - Buffer.byteLength(head) - 2
  const filler = isTooLarge
    ? Array.from({ length }, () => printable[random.below(printable.length)]).join('')
    : 'the same words again and again '.repeat(length / 31)
  return { body: `${head}${filler}"}`, isTooLarge }
}
