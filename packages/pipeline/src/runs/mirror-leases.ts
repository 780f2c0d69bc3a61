import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { mapConcurrent } from '@lean-ops/common/concurrency/map-concurrent'
import type { TakenLease } from '@lean-ops/common/control-plane/runs/claim-leases'
import { type LeaseMirror, leaseMirrorKey } from '@lean-ops/common/messages/lease-mirror'

/** Tells the jobs who holds each topic, before any plan names the new tokens: from here on an older job run commits nothing. */
export async function mirrorLeases(
  deps: { s3: Pick<S3Client, 'send'>; lakeBucket: string },
  execution: string,
  leases: readonly TakenLease[],
): Promise<void> {
  await mapConcurrent(leases, 20, ({ topic, token }) =>
    deps.s3.send(
      new PutObjectCommand({
        Bucket: deps.lakeBucket,
        Key: leaseMirrorKey(topic),
        Body: JSON.stringify({ token, execution } satisfies LeaseMirror),
        ContentType: 'application/json',
      }),
    ),
  )
}
