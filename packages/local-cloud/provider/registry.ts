import { api, apiIntegration, apiRoute, apiStage } from './apigateway.ts'
import { dashboard, metricAlarm } from './cloudwatch.ts'
import { userGroup, userPool, userPoolClient, userPoolDomain } from './cognito.ts'
import { eventBus, eventRule, eventTarget } from './eventbridge.ts'
import { deliveryStream } from './firehose.ts'
import { catalogDatabase, catalogTable, job } from './glue.ts'
import { policy, role, rolePolicy, rolePolicyAttachment } from './iam.ts'
import { alias, key } from './kms.ts'
import { lambdaFunction } from './lambda.ts'
import { functionEventInvokeConfig, functionUrl, permission } from './lambda-access.ts'
import { eventSourceMapping } from './lambda-event-source-mapping.ts'
import { invocation } from './lambda-invocation.ts'
import { logGroup, logMetricFilter, logStream } from './logs.ts'
import { randomBytes, randomId, randomPassword, randomString, randomUuid } from './random.ts'
import { findRecordedKind } from './recorded.ts'
import type { CreatedKind, ResourceKind } from './resource-kind.ts'
import { bucket, bucketObject, bucketVersioning } from './s3.ts'
import {
  bucketCors,
  bucketEncryption,
  bucketLifecycle,
  bucketNotification,
  bucketOwnershipControls,
  bucketPolicy,
  bucketPublicAccessBlock,
} from './s3-bucket-settings.ts'
import { schedule, scheduleGroup } from './scheduler.ts'
import { secret, secretVersion } from './secrets-manager.ts'
import { stateMachine } from './sfn.ts'
import { topic, topicPolicy, topicSubscription } from './sns.ts'
import { queue, queuePolicy, redriveAllowPolicy, redrivePolicy } from './sqs.ts'
import { parameter } from './ssm.ts'

/** Every type that is really made on the emulator. What is only recorded, and why, is in `recorded.ts`. */
export const createdKinds: readonly CreatedKind[] = [
  api,
  apiIntegration,
  apiRoute,
  apiStage,
  metricAlarm,
  dashboard,
  userPool,
  userPoolClient,
  userPoolDomain,
  userGroup,
  eventBus,
  eventRule,
  eventTarget,
  deliveryStream,
  catalogDatabase,
  catalogTable,
  job,
  role,
  rolePolicy,
  rolePolicyAttachment,
  policy,
  key,
  alias,
  permission,
  functionUrl,
  functionEventInvokeConfig,
  eventSourceMapping,
  invocation,
  lambdaFunction,
  logGroup,
  logMetricFilter,
  logStream,
  randomBytes,
  randomId,
  randomPassword,
  randomString,
  randomUuid,
  bucketPolicy,
  bucketCors,
  bucketPublicAccessBlock,
  bucketOwnershipControls,
  bucketEncryption,
  bucketLifecycle,
  bucketNotification,
  bucket,
  bucketVersioning,
  bucketObject,
  schedule,
  scheduleGroup,
  secret,
  secretVersion,
  stateMachine,
  topic,
  topicPolicy,
  topicSubscription,
  queue,
  queuePolicy,
  redrivePolicy,
  redriveAllowPolicy,
  parameter,
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
