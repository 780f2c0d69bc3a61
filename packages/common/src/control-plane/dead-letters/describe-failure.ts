import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { FingerprintPart } from '../../contract/dead-letter.ts'
import { failureClassOf, isFailureCode } from '../../contract/failure-catalogue.ts'
import type { FailureClass } from '../../contract/failure-code.ts'
import { fingerprintError } from '../../fingerprint/fingerprint-error.ts'
import { describeShape } from '../../masking/describe-shape.ts'
import { scrubMessage } from '../../masking/scrub-message.ts'
import { deadLetterId } from '../../messages/dead-letter-id.ts'
import type { FailureReport } from './failure-report.ts'

/** Larger bodies stay in the archive alone: a table row of 1 MiB would make every vacuum and backup pay. */
export const inlineBytesMax = 64 * 1024
/** Characters of text that a search looks at. */
export const searchLengthMax = 4_096

export type DescribedBody = {
  kind: 'json' | 'text' | 'binary' | 'missing'
  inline: Uint8Array | null
  sha256: string
  sizeBytes: number
  search: string
  preview: string
}

/** Everything the row and its event need, derived from the report alone: the same report always gives the same rows. */
export type DescribedFailure = {
  report: FailureReport
  id: string
  eventId: string
  class: FailureClass
  fingerprint: string
  parts: FingerprintPart[]
  title: string
  errorMessage: string
  body: DescribedBody
}

/** Pure: ids, fingerprint, scrubbed text, preview and search text of a report. */
export function describeFailure(report: FailureReport): DescribedFailure {
  const id = deadLetterId(report.topic, report.messageId)
  const { stage, code, message, trace, paths } = report
  const { fingerprint, parts, title } = fingerprintError({
    stage,
    code,
    message,
    ...(trace === undefined ? {} : { trace }),
    ...(paths === undefined ? {} : { paths }),
  })
  return {
    report,
    id,
    eventId: hash(`${id}\n${report.attempt}\n${report.stage}\n${report.source}`).slice(0, 32),
    class: isFailureCode(code) ? failureClassOf(code) : 'unknown',
    fingerprint,
    parts: parts.map((p) => (p.kind === 'message' ? { ...p, value: scrubMessage(p.value) } : p)),
    title: scrubMessage(title),
    errorMessage: scrubMessage(message),
    body: describeBody(report.body),
  }
}

function describeBody(body: Uint8Array | undefined): DescribedBody {
  if (body === undefined)
    return { kind: 'missing', inline: null, sha256: '', sizeBytes: 0, search: '', preview: 'body missing' }
  const inline = body.length <= inlineBytesMax ? body : null
  const common = { inline, sha256: hash(body), sizeBytes: body.length }
  if (!isUtf8(body))
    return {
      ...common,
      kind: 'binary',
      search: '',
      preview: `binary, ${body.length.toLocaleString('en')} bytes`,
    }
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8')
  const value = parse(text)
  return {
    ...common,
    kind: value === undefined ? 'text' : 'json',
    search: text.slice(0, searchLengthMax),
    preview: describeShape(body, value),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')
