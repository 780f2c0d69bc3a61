import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { FailureReport } from '@lean-ops/common/control-plane/dead-letters/failure-report'
import { type ArchivedDeadLetter, encodeArchive } from '@lean-ops/common/messages/archived-dead-letter'

/** A report with what only its source knows. */
export type Archivable = {
  report: FailureReport
  lineageText: string | null
  system: Record<string, unknown>
}

export type ArchiveDeps = { s3: Pick<S3Client, 'send'>; bucket: string; now: () => number }

/**
 * Writes one NDJSON object with everything known of these messages and returns their reports with the byte range of
 * each, once the object is durable. Throws what S3 throws.
 */
export async function archiveReports(
  letters: readonly Archivable[],
  deps: ArchiveDeps,
): Promise<FailureReport[]> {
  if (letters.length === 0) return []
  const archivedAt = new Date(deps.now()).toISOString()
  const { content, ranges } = encodeArchive(letters.map((letter) => archived(letter, archivedAt)))
  const key = archiveKey(content, archivedAt)
  await deps.s3.send(
    new PutObjectCommand({
      Bucket: deps.bucket,
      Key: key,
      Body: content,
      ContentType: 'application/x-ndjson',
    }),
  )
  return letters.map(({ report }, n) => ({
    ...report,
    archive: { bucket: deps.bucket, key, ...(ranges[n] ?? { offset: 0, length: 0 }) },
  }))
}

function archived({ report, lineageText, system }: Archivable, archivedAt: string): ArchivedDeadLetter {
  const { topic, messageId, source, attributes, body } = report
  return {
    v: 1,
    topic,
    messageId,
    source,
    archivedAt,
    attributes,
    lineage: lineageText,
    system,
    ...(body === undefined
      ? {}
      : isUtf8(body)
        ? { body: Buffer.from(body).toString('utf8') }
        : { bodyBase64: Buffer.from(body).toString('base64') }),
  }
}

/** By content: an object is never overwritten with other bytes, so ranges that rows name stay true for ever. */
function archiveKey(content: Buffer, archivedAt: string): string {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 32)
  return `dead-letters/${archivedAt.slice(0, 10).replaceAll('-', '/')}/${digest}.ndjson`
}
