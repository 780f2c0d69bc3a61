import type { SelectedLetter } from '@lean-ops/common/control-plane/operations/list-selected'

const columns = [
  'id',
  'topic',
  'owner',
  'message_id',
  'status',
  'stage',
  'code',
  'error_message',
  'attempt',
  'first_failed_at',
  'last_failed_at',
  'size_bytes',
  'body',
] as const

export const csvHeader = `${columns.join(',')}\r\n`

/** One dead letter as a line of an export. Payload text is untrusted: a CSV cell never starts a formula in a spreadsheet. */
export function exportLine(
  letter: SelectedLetter,
  body: string | undefined,
  format: 'ndjson' | 'csv',
): string {
  const row: Record<(typeof columns)[number], string | number | null> = {
    id: letter.id,
    topic: letter.topic,
    owner: letter.owner,
    message_id: letter.messageId,
    status: letter.status,
    stage: letter.stage,
    code: letter.code,
    error_message: letter.errorMessage,
    attempt: letter.attempt,
    first_failed_at: letter.firstFailedAt,
    last_failed_at: letter.lastFailedAt,
    size_bytes: letter.sizeBytes,
    body: body ?? null,
  }
  if (format === 'ndjson')
    return `${JSON.stringify({ ...row, fingerprint: letter.fingerprint, attributes: letter.attributes })}\n`
  return `${columns.map((c) => csvCell(row[c])).join(',')}\r\n`
}

/** RFC 4180 quoting; a leading = + - @ (also full-width), tab or line break gets an apostrophe before it (OWASP, CSV injection). */
function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value
  return `"${safe.replaceAll('"', '""')}"`
}
