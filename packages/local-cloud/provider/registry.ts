import { deliveryStream } from './firehose.ts'
import { catalogDatabase, catalogTable, job } from './glue.ts'
import { policy, role, rolePolicy, rolePolicyAttachment } from './iam.ts'
import { lambdaFunction } from './lambda.ts'
import { eventSourceMapping } from './lambda-event-source-mapping.ts'
import { logGroup, logMetricFilter } from './logs.ts'
import { randomBytes, randomId, randomPassword, randomString, randomUuid } from './random.ts'
import { findRecordedKind } from './recorded.ts'
import type { CreatedKind, ResourceKind } from './resource-kind.ts'
import { bucket, bucketObject, bucketVersioning } from './s3.ts'
import { queue, queuePolicy, redriveAllowPolicy, redrivePolicy } from './sqs.ts'

/** Every type that is really made on the emulator. What is only recorded, and why, is in `recorded.ts`. */
export const createdKinds: readonly CreatedKind[] = [
  bucket,
  bucketObject,
  bucketVersioning,
  catalogDatabase,
  catalogTable,
  deliveryStream,
  eventSourceMapping,
  job,
  lambdaFunction,
  logGroup,
  logMetricFilter,
  policy,
  queue,
  queuePolicy,
  randomBytes,
  randomId,
  randomPassword,
  randomString,
  randomUuid,
  redriveAllowPolicy,
  redrivePolicy,
  role,
  rolePolicy,
  rolePolicyAttachment,
]

const byType: ReadonlyMap<string, CreatedKind> = new Map(createdKinds.map((kind) => [kind.type, kind]))

/** @throws Error naming the type when nobody has decided what it becomes on one machine. */
export function getResourceKind(type: string): ResourceKind {
  const kind = byType.get(type) ?? findRecordedKind(type)
  if (kind === undefined)
    throw new Error(
      `${type} has no local treatment: map it in a file of packages/local-cloud/provider and list it in registry.ts, or give the reason why it is only recorded in recorded.ts`,
    )
  return kind
}
