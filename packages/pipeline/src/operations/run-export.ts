import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { finishOperation } from '@lean-ops/common/control-plane/operations/finish-operation'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import { listSelected } from '@lean-ops/common/control-plane/operations/list-selected'
import { commonOwners, isOwnerIn } from '@lean-ops/common/control-plane/operations/operation-authority'
import { renewLease } from '@lean-ops/common/control-plane/operations/renew-lease'
import { requireLetters } from '@lean-ops/common/control-plane/operations/selection-to-sql'
import { settleExport } from '@lean-ops/common/control-plane/operations/settle-export'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { csvHeader, exportLine } from './export-line.ts'
import type { LoadBody } from './load-body.ts'
import { mapConcurrently } from './map-concurrently.ts'
import { maskLetter } from './mask-letter.ts'
import type { NextLook } from './run-slice.ts'

export type ExportDeps = {
  db: Database
  s3: Pick<S3Client, 'send'>
  loadBody: LoadBody
  registry: TopicRegistry
  archiveBucket: string
  leaseSeconds: number
}

const pageSize = 250
/** S3's smallest part is 5 MiB (but for the last). */
const partBytes = 5 * 1_048_576

/**
 * Writes the selection to one object, as far as its author might read it when confirming, masked where they had no right to clear text; as NDJSON or CSV, streaming: one page of rows and one part in memory. A crash leaves no object (an
 * unfinished upload is aborted or expires) and the next worker starts again.
 */
export async function runExport(operation: LeasedOperation, deps: ExportDeps): Promise<NextLook> {
  const { parameters } = operation
  if (parameters.kind !== 'export') return { again: 'never' }
  const key = `exports/${operation.id}.${parameters.format}`
  const place = { Bucket: deps.archiveBucket, Key: key }
  const contentType = parameters.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
  const { UploadId } = await deps.s3.send(
    new CreateMultipartUploadCommand({ ...place, ContentType: contentType }),
  )
  try {
    const { parts, bytes, rows } = await uploadParts(
      operation,
      parameters.format,
      { ...place, UploadId },
      deps,
    )
    await deps.s3.send(
      new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts: parts } }),
    )
    await settleExport(deps.db, { operationId: operation.id, token: operation.token }, rows)
    const lease = { operationId: operation.id, token: operation.token }
    await finishOperation(deps.db, lease, {
      state: 'completed',
      result: { bucket: deps.archiveBucket, key, bytes, rows },
    })
    return { again: 'never' }
  } catch (error) {
    await deps.s3.send(new AbortMultipartUploadCommand({ ...place, UploadId }))
    throw error
  }
}

type Part = { ETag: string | undefined; PartNumber: number }

async function uploadParts(
  operation: LeasedOperation,
  format: 'ndjson' | 'csv',
  upload: { Bucket: string; Key: string; UploadId: string | undefined },
  deps: ExportDeps,
): Promise<{ parts: Part[]; bytes: number; rows: number }> {
  const parts: Part[] = []
  let pending: Buffer[] = format === 'csv' ? [Buffer.from(csvHeader)] : []
  let pendingBytes = pending.reduce((n, b) => n + b.length, 0)
  let bytes = 0
  let rows = 0
  const flush = async (): Promise<void> => {
    const Body = Buffer.concat(pending)
    const PartNumber = parts.length + 1
    const { ETag } = await deps.s3.send(new UploadPartCommand({ ...upload, PartNumber, Body }))
    parts.push({ ETag, PartNumber })
    bytes += Body.length
    pending = []
    pendingBytes = 0
  }
  const { readOwners, actOwners, unmaskOwners } = operation.authority
  const owners = commonOwners(readOwners, actOwners)
  let after: { sequence: number; id: string } | undefined
  for (;;) {
    const page = await listSelected(deps.db, {
      selection: requireLetters(operation.selection),
      asOf: operation.asOf,
      owners,
      after,
      limit: pageSize,
    })
    const bodies = await mapConcurrently(page, 8, async (l) => l.body && (await deps.loadBody(l.body)))
    for (const [n, letter] of page.entries()) {
      const seen = isOwnerIn(unmaskOwners, letter.owner)
        ? { letter, body: bodies[n] }
        : maskLetter(letter, bodies[n], deps.registry)
      const line = Buffer.from(exportLine(seen.letter, seen.body, format))
      pending.push(line)
      pendingBytes += line.length
      if (pendingBytes >= partBytes) await flush()
    }
    rows += page.length
    const last = page.at(-1)
    if (page.length < pageSize || !last) break
    after = { sequence: last.sequence, id: last.id }
    await renewLease(deps.db, {
      operationId: operation.id,
      token: operation.token,
      leaseSeconds: deps.leaseSeconds,
    })
  }
  if (pendingBytes > 0 || parts.length === 0) await flush()
  return { parts, bytes, rows }
}
