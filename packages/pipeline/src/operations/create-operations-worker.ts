import type { Logger } from '@aws-lambda-powertools/logger'
import type { GlueClient } from '@aws-sdk/client-glue'
import type { LambdaClient } from '@aws-sdk/client-lambda'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SFNClient } from '@aws-sdk/client-sfn'
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { PooledDatabase } from '@lean-ops/common/control-plane/connect'
import { sqlState } from '@lean-ops/common/control-plane/repeat-on-conflict'
import { OperationMessage } from '@lean-ops/common/messages/operation-message'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { z } from 'zod'
import { deadLetterQueue } from '../ingest/dead-letter-queue.ts'
import { messageArchive } from '../ingest/message-archive.ts'
import { applyPauses } from './apply-pauses.ts'
import { checkPlan } from './check-plan.ts'
import { exportAudit } from './export-audit.ts'
import { forgetExpired } from './forget-expired.ts'
import { createJobPorts, JobEnv } from './jobs/create-job-ports.ts'
import { loadBodyFrom } from './load-body.ts'
import { planMaintenance } from './plan-maintenance.ts'
import { proveDeliveries } from './prove-deliveries.ts'
import { pruneSettled } from './prune-settled.ts'
import { regroupOld } from './regroup-old.ts'
import { runSlice } from './run-slice.ts'
import { tick } from './tick.ts'

export const WorkerEnv = JobEnv.extend({
  STAGE: z.string().min(1),
  TOPICS_FILE: z.string().default('topics.json'),
  LAMBDA_TASK_ROOT: z.string().default('.'),
  LINEAGE_SECRET_ARN: z.string().min(1),
  OPERATIONS_URL: z.url(),
  QUEUE_URL_PREFIX: z.url(),
  ARCHIVE_BUCKET: z.string().min(1),
  RAW_DATABASE: z.string().min(1),
  /** Days for which exports of the audit are locked; 0 on the laptop, whose S3 has no lock. */
  AUDIT_LOCK_DAYS: z.coerce.number().int().min(0).default(0),
  DATABASE_URL: z.string().optional(),
  DATABASE_SECRET_ARN: z.string().optional(),
  DATABASE_HOST: z.string().optional(),
  DATABASE_NAME: z.string().optional(),
  /** A lease outlives the longest step; a worker that dies is replaced after this long. */
  LEASE_SECONDS: z.coerce.number().int().min(1).default(30),
  /** Messages per second over all operations together. */
  GLOBAL_RATE_MAX: z.coerce.number().int().min(1).default(2_000),
})

export type WorkerDeps = {
  db: PooledDatabase
  sqs: Pick<SQSClient, 'send'>
  s3: Pick<S3Client, 'send'>
  glue: Pick<GlueClient, 'send'>
  sfn: Pick<SFNClient, 'send'>
  lambda: Pick<LambdaClient, 'send'>
  registry: TopicRegistry
  lineageSecret: string
  logger: Logger
  now(): Date
  random(): number
  sleep(ms: number): Promise<unknown>
}

type Context = { awsRequestId: string; getRemainingTimeInMillis(): number }
type SqsEvent = { Records: { messageId: string; body: string }[] }

/** Batch calls under way at once, over all queues of a page. */
const sendConcurrency = 16
const marginMs = 10_000

/** The worker of every bulk action: one bounded slice per message, then it wakes itself again. Also called directly by the schedule. */
export function createOperationsWorker(env: z.infer<typeof WorkerEnv>, deps: WorkerDeps) {
  const archive = messageArchive(deps.s3, env.ARCHIVE_BUCKET)
  const wake = (message: OperationMessage, delaySeconds: number) =>
    deps.sqs.send(
      new SendMessageCommand({
        QueueUrl: env.OPERATIONS_URL,
        MessageBody: JSON.stringify(message),
        DelaySeconds: delaySeconds,
      }),
    )

  const logFault = (what: string, error: unknown, context: Context) =>
    deps.logger.error(what, {
      correlationId: context.awsRequestId,
      errorName: error instanceof Error ? error.name : typeof error,
      errorCode: sqlState(error),
    })

  async function handle(message: OperationMessage, context: Context): Promise<void> {
    const remainingMs = () => context.getRemainingTimeInMillis() - marginMs
    if (message.do === 'tick')
      return tick({
        db: deps.db,
        wake: (id) => wake({ do: 'run', operationId: id }, 0),
        prove: () => proveDeliveries({ ...deps, rawDatabase: env.RAW_DATABASE, remainingMs }),
        exportAudit: () =>
          exportAudit({ ...deps, archiveBucket: env.ARCHIVE_BUCKET, lockDays: env.AUDIT_LOCK_DAYS }),
        prune: () => pruneSettled({ db: deps.db, remainingMs }),
        forget: () => forgetExpired({ db: deps.db, now: deps.now, remainingMs }),
        regroup: () => regroupOld({ db: deps.db, remainingMs }),
        applyPauses: () => applyPauses({ ...deps, remainingMs }),
        maintain: async () => (env.MAINTENANCE_JOB === undefined ? undefined : planMaintenance(deps)),
        onError: (what, error) => logFault(what, error, context),
      })
    if (message.do === 'apply-pauses') {
      await applyPauses({ ...deps, remainingMs })
      return
    }
    if (message.do === 'check-plan')
      return checkPlan(message.planId, {
        db: deps.db,
        registry: deps.registry,
        loadBody: loadBodyFrom(deps.s3),
        remainingMs,
      })
    const next = await runSlice(message.operationId, {
      db: deps.db,
      registry: deps.registry,
      archiveBucket: env.ARCHIVE_BUCKET,
      lineageSecret: deps.lineageSecret,
      loadBody: loadBodyFrom(deps.s3),
      s3: deps.s3,
      send: {
        queueOf: (topic) => deadLetterQueue(deps.sqs, `${env.QUEUE_URL_PREFIX}${topic}-queue`),
        putArchive: archive.put,
        clock: {
          remainingMs,
          random: deps.random,
          sleep: async (ms) => {
            await deps.sleep(ms)
          },
        },
        concurrency: sendConcurrency,
      },
      jobs: createJobPorts(env, { ...deps, stage: env.STAGE, rawDatabase: env.RAW_DATABASE, remainingMs }),
      workerId: context.awsRequestId,
      leaseSeconds: env.LEASE_SECONDS,
      globalRateMax: env.GLOBAL_RATE_MAX,
      remainingMs,
      sleep: async (ms) => {
        await deps.sleep(ms)
      },
      now: deps.now,
    })
    if (next.again !== 'never') await wake(message, next.again === 'later' ? next.seconds : 0)
  }

  return async (event: SqsEvent | OperationMessage, context: Context) => {
    if (!('Records' in event)) {
      await handle(OperationMessage.parse(event), context)
      return { batchItemFailures: [] }
    }
    const failed: string[] = []
    for (const record of event.Records) {
      try {
        await handle(OperationMessage.parse(JSON.parse(record.body)), context)
      } catch (error) {
        // The lease runs out and the message comes again; the ticker wakes the operation even if it does not.
        logFault('a slice ended with an error', error, context)
        failed.push(record.messageId)
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }
  }
}
