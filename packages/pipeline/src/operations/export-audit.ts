import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import {
  listUnexportedAudit,
  recordAuditExport,
} from '@lean-ops/common/control-plane/audit/list-unexported-audit'
import type { Database } from '@lean-ops/common/control-plane/connect'

type Deps = {
  db: Database
  s3: Pick<S3Client, 'send'>
  archiveBucket: string
  /** Days in which nobody, not even the account's root user, can change or delete an object; 0 where the bucket has no lock. */
  lockDays: number
  now: () => Date
}

const everySeconds = 3_600
const rowsPerObject = 10_000

/** Once an hour: the new rows of the audit as one NDJSON object under `audit/`. Returns how many rows; 0 = not due or nothing new. */
export async function exportAudit(deps: Deps): Promise<number> {
  const page = await listUnexportedAudit(deps.db, { everySeconds, limit: rowsPerObject })
  if (!page) return 0
  // Numbers in the name: whoever repeats an export writes the same object again.
  const number = (seq: number): string => String(seq).padStart(12, '0')
  const key = `audit/${page.day}/${number(page.firstSeq)}-${number(page.lastSeq)}.ndjson`
  await deps.s3.send(
    new PutObjectCommand({
      Bucket: deps.archiveBucket,
      Key: key,
      Body: `${page.lines.join('\n')}\n`,
      ContentType: 'application/x-ndjson',
      ...(deps.lockDays > 0
        ? {
            ObjectLockMode: 'COMPLIANCE',
            ObjectLockRetainUntilDate: new Date(deps.now().getTime() + deps.lockDays * 86_400_000),
          }
        : {}),
    }),
  )
  await recordAuditExport(deps.db, {
    firstSeq: page.firstSeq,
    lastSeq: page.lastSeq,
    lastHash: page.lastHash,
    bucket: deps.archiveBucket,
    key,
  })
  return page.lines.length
}
