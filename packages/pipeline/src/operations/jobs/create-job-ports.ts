import type { GlueClient } from '@aws-sdk/client-glue'
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { SFNClient } from '@aws-sdk/client-sfn'
import { findObjectText } from '@lean-ops/common/aws/find-object-text'
import { SnowflakeState } from '@lean-ops/common/contract/snowflake-state'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { AppError } from '@lean-ops/common/errors/app-error'
import { parseS3Uri } from '@lean-ops/common/lake/parse-s3-uri'
import { readLakeObject } from '@lean-ops/common/lake/read-lake-object'
import { RejectManifest } from '@lean-ops/common/messages/reject-manifest'
import { z } from 'zod'
import { ensureSemanticTables } from '../../contracts/ensure-semantic-tables.ts'
import { runWhatIf } from '../../contracts/what-if/run-what-if.ts'
import { splitLines } from '../../dead-letters/split-lines.ts'
import { startRun } from '../../runs/start-run.ts'
import { stopRun } from '../../runs/stop-run.ts'
import { countAccount } from './count-account.ts'
import { followLakeJob } from './follow-lake-job.ts'
import type { JobPorts } from './job-ports.ts'

/** Where the pipeline's parts are; a worker without them can do everything else. */
export const JobEnv = z.object({
  STATE_MACHINE_ARN: z.string().optional(),
  LAKE_BUCKET: z.string().optional(),
  SEMANTIC_DATABASE: z.string().optional(),
  SNOWFLAKE_FUNCTION: z.string().optional(),
  ACCOUNT_JOB: z.string().optional(),
  MAINTENANCE_JOB: z.string().optional(),
  REBUILD_JOB: z.string().optional(),
})
export type JobEnv = z.infer<typeof JobEnv>

type Deps = {
  db: Database
  s3: Pick<S3Client, 'send'>
  glue: Pick<GlueClient, 'send'>
  sfn: Pick<SFNClient, 'send'>
  lambda: Pick<LambdaClient, 'send'>
  stage: string
  rawDatabase: string
  now: () => Date
  remainingMs: () => number
}

const Refreshed = z.object({
  tables: z.array(
    z.object({
      topic: z.string(),
      state: SnowflakeState,
      error: z.object({ message: z.string() }).nullish(),
    }),
  ),
})

/** What counts here of a line: bodies are left where they are. */
const Line = z.looseObject({ kind: z.string(), messageId: z.string() })

/** The ports over AWS. Throws UNAVAILABLE where the deployment has not said where a part is. */
export function createJobPorts(env: JobEnv, deps: Deps): JobPorts {
  const runs = () => ({
    db: deps.db,
    sfn: deps.sfn,
    stateMachineArn: given(env.STATE_MACHINE_ARN, 'STATE_MACHINE_ARN'),
  })
  return {
    stage: deps.stage,
    lakeBucket: env.LAKE_BUCKET ?? '',
    startRun: (run) => startRun(runs(), run),
    stopRun: (run) => stopRun(runs(), run),
    refreshSnowflake: async (topics) => {
      const { tables } = Refreshed.parse(
        await invoke(deps.lambda, given(env.SNOWFLAKE_FUNCTION, 'SNOWFLAKE_FUNCTION'), { topics }),
      )
      return tables.map(({ topic, state, error }) => ({ topic, state, error: error?.message ?? null }))
    },
    whatIf: (request) =>
      runWhatIf(
        {
          glue: deps.glue,
          s3: deps.s3,
          rawDatabase: deps.rawDatabase,
          now: deps.now,
          remainingMs: deps.remainingMs,
        },
        request,
      ),
    migrateTables: (contract) =>
      ensureSemanticTables(
        deps,
        {
          semanticDatabase: given(env.SEMANTIC_DATABASE, 'SEMANTIC_DATABASE'),
          lakeBucket: given(env.LAKE_BUCKET, 'LAKE_BUCKET'),
        },
        contract,
      ),
    account: (request) =>
      countAccount(
        deps,
        { job: given(env.ACCOUNT_JOB, 'ACCOUNT_JOB'), lakeBucket: given(env.LAKE_BUCKET, 'LAKE_BUCKET') },
        request,
      ),
    lakeJob: ({ job, ...request }) => {
      const name = job === 'rebuild' ? ('REBUILD_JOB' as const) : ('MAINTENANCE_JOB' as const)
      const place = {
        job: given(env[name], name),
        lakeBucket: given(env.LAKE_BUCKET, 'LAKE_BUCKET'),
      }
      return followLakeJob(deps, place, request)
    },
    readLakeResult: async (execution, taskId) => {
      const Bucket = given(env.LAKE_BUCKET, 'LAKE_BUCKET')
      const text = await findObjectText(deps.s3, { Bucket, Key: `results/${execution}/${taskId}.json` })
      return text === undefined ? undefined : JSON.parse(text)
    },
    putKeys: async ({ operationId, topic }, keys) => {
      const Bucket = given(env.LAKE_BUCKET, 'LAKE_BUCKET')
      const Key = `keys/${operationId}/${topic}.ndjson`
      const Body = keys.map((key) => `${JSON.stringify(key)}\n`).join('')
      await deps.s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/x-ndjson' }))
      return `s3://${Bucket}/${Key}`
    },
    listSettled: (manifest) => listSettled(deps.s3, manifest),
  }
}

function given(value: string | undefined, name: string): string {
  if (value) return value
  throw new AppError('UNAVAILABLE', `this deployment does not say ${name}`)
}

async function invoke(
  lambda: Pick<LambdaClient, 'send'>,
  functionName: string,
  event: unknown,
): Promise<unknown> {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) }),
  )
  const text = Buffer.from(answer.Payload ?? []).toString('utf8')
  if (answer.FunctionError !== undefined)
    throw new AppError('UNAVAILABLE', `${functionName} failed: ${text.slice(0, 300)}`)
  return JSON.parse(text)
}

async function* listSettled(s3: Pick<S3Client, 'send'>, url: string): AsyncGenerator<string> {
  const manifest = RejectManifest.parse(JSON.parse((await readLakeObject(s3, url)).toString('utf8')))
  for (const part of manifest.parts) {
    const { bucket, key } = parseS3Uri(part)
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    if (object.Body === undefined) continue
    // In Node the SDK's body is a readable stream of bytes.
    for await (const line of splitLines(object.Body as unknown as AsyncIterable<Uint8Array>)) {
      const parsed = Line.parse(JSON.parse(line.bytes.toString('utf8')))
      if (parsed.kind === 'settled') yield parsed.messageId
    }
  }
}
