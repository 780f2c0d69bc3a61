import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import {
  CreateDatabaseCommand,
  CreateJobCommand,
  CreateTableCommand,
  GetJobRunsCommand,
  GlueClient,
  UpdateTableCommand,
} from '@aws-sdk/client-glue'
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { definePipelineRun } from '@lean-ops/pipeline/state-machine/pipeline-run'
import { build } from 'esbuild'
import { zipSync } from 'fflate'
import { bundleOptions } from '../../live/bundle-options.ts'
import { localClientOptions } from '../../supervisor/local-client-options.ts'
import { rootDir } from '../../supervisor/local-paths.ts'
import { startTestEmulator } from '../emulator.ts'

const handlers = {
  getAllCheckpoints: 'get-all-checkpoints',
  settlePasses: 'settle-passes',
  checkSchemas: 'check-schemas',
  notifyMissingSchema: 'notify-missing-schema',
  planSemantic: 'plan-semantic',
  refreshSnowflake: 'refresh-snowflake',
  startSuccessor: 'start-successor',
  endRun: 'end-run',
  recordFailure: 'record-failure',
  releaseRun: 'release-run',
} as const

const rawDatabase = 'lean_ops_test_raw'
const machineArns = {
  patient: 'arn:aws:states:us-east-1:000000000000:stateMachine:lean-ops-test-pipeline-run',
  hasty: 'arn:aws:states:us-east-1:000000000000:stateMachine:lean-ops-test-hasty-run',
} as const
/** In place of the hour that the machine gives a job: more than any job of a test takes, and less than one that sleeps. */
const jobTimeoutSeconds = { patient: 240, hasty: 4 } as const
const role = 'arn:aws:iam::000000000000:role/none'

export type JobBehaviour = {
  sleepSeconds?: number
  /** Waits until the topic's lease has at least this token. */
  untilToken?: number
  isJobFailing?: boolean
  /** Ends well and leaves no result. */
  isSilent?: boolean
  state?: 'succeeded' | 'nothing'
  error?: { code: string; message: string; class: string }
  rows?: number
  /** Written over the result. */
  result?: Record<string, unknown>
}

export type Pipeline = Awaited<ReturnType<typeof startPipeline>>

/**
 * The real state machine and its real functions, with an emulator and a database of their own; in place of Spark a script
 * that writes results. The machine is there twice: the hasty one gives a job seconds.
 */
export async function startPipeline() {
  const [database, emulator] = await Promise.all([
    createTestDatabase(),
    startTestEmulator({ AUTH: 'false', STATES_WAIT_SCALE: '0.02' }),
  ])
  const client = localClientOptions(emulator.endpoint)
  const [s3, glue, sfn, lambda, events] = [
    new S3Client({ ...client, forcePathStyle: true }),
    new GlueClient(client),
    new SFNClient(client),
    new LambdaClient(client),
    new EventBridgeClient(client),
  ]
  const lake = `lake-${randomUUID().slice(0, 8)}`
  await s3.send(new CreateBucketCommand({ Bucket: lake }))
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: rawDatabase } }))
  await createJobs(glue, s3, lake)
  await createFunctions(lambda, database, lake)
  for (const machine of ['patient', 'hasty'] as const) await createMachine(sfn, machine)
  await createRule(events)

  const hasty = new Set<string>()
  const executionArn = (name: string): string =>
    `${machineArns[hasty.has(name) ? 'hasty' : 'patient'].replace(':stateMachine:', ':execution:')}:${name}`
  const describe = (name: string): Promise<DescribeExecutionCommandOutput> =>
    sfn.send(new DescribeExecutionCommand({ executionArn: executionArn(name) }))
  const putObject = (Key: string, value: unknown) =>
    s3.send(new PutObjectCommand({ Bucket: lake, Key, Body: JSON.stringify(value) }))

  return {
    database,
    emulator,
    s3,
    glue,
    sfn,
    lake,
    describe,
    /** Sets the newest snapshot of a RAW table, as a commit of Firehose does; null = a table without a commit. */
    async commitRaw(topic: string, snapshot: { id: string; rows: number } | null): Promise<void> {
      const key = `raw/${topic}/metadata/${randomUUID()}.json`
      // By hand: 64-bit ids do not survive JSON.stringify of a number.
      const text =
        snapshot === null
          ? '{"current-snapshot-id":-1,"snapshots":[]}'
          : `{"current-snapshot-id":${snapshot.id},"snapshots":[{"snapshot-id":${snapshot.id},"timestamp-ms":1790000000000,"summary":{"total-records":"${snapshot.rows}"}}]}`
      await s3.send(new PutObjectCommand({ Bucket: lake, Key: key, Body: text }))
      const input = {
        DatabaseName: rawDatabase,
        TableInput: {
          Name: topic.replaceAll('-', '_'),
          Parameters: { table_type: 'ICEBERG', metadata_location: `s3://${lake}/${key}` },
        },
      }
      await glue.send(new CreateTableCommand(input)).catch(() => glue.send(new UpdateTableCommand(input)))
    },
    behave: (topic: string, behaviour: { curated?: JobBehaviour; semantic?: JobBehaviour }) =>
      putObject(`behaviour/${topic}.json`, behaviour),
    async start(name: string, input: unknown, machine: keyof typeof machineArns = 'patient'): Promise<void> {
      if (machine === 'hasty') hasty.add(name)
      await sfn.send(
        new StartExecutionCommand({
          stateMachineArn: machineArns[machine],
          name,
          input: JSON.stringify(input),
        }),
      )
    },
    stop: (name: string) =>
      sfn.send(new StopExecutionCommand({ executionArn: executionArn(name), cause: 'by a test' })),
    async untilEnded(name: string): Promise<DescribeExecutionCommandOutput> {
      for (;;) {
        const found = await describe(name)
        if (found.status !== 'RUNNING') return found
        await sleep(100)
      }
    },
    async history(name: string): Promise<HistoryEvent[]> {
      const all: HistoryEvent[] = []
      let nextToken: string | undefined
      do {
        const page = await sfn.send(
          new GetExecutionHistoryCommand({
            executionArn: executionArn(name),
            maxResults: 1_000,
            ...(nextToken ? { nextToken } : {}),
          }),
        )
        all.push(...(page.events ?? []))
        nextToken = page.nextToken
      } while (nextToken)
      return all
    },
    async jobStates(layer: 'curated' | 'semantic', execution: string): Promise<string[]> {
      const { JobRuns = [] } = await glue.send(new GetJobRunsCommand({ JobName: `lean-ops-test-${layer}` }))
      return JobRuns.filter((run) => run.Arguments?.['--PLAN']?.includes(`/plans/${execution}/`)).map(
        (run) => run.JobRunState ?? '',
      )
    },
    async close(): Promise<void> {
      await emulator.stop()
      await database.close()
    },
  }
}

async function createJobs(glue: GlueClient, s3: S3Client, lake: string): Promise<void> {
  const script = await readFile(path.join(import.meta.dirname, 'fake_job.py'))
  await s3.send(new PutObjectCommand({ Bucket: lake, Key: 'scripts/fake_job.py', Body: script }))
  for (const layer of ['curated', 'semantic'])
    await glue.send(
      new CreateJobCommand({
        Name: `lean-ops-test-${layer}`,
        Role: role,
        Command: {
          Name: 'pythonshell',
          ScriptLocation: `s3://${lake}/scripts/fake_job.py`,
          PythonVersion: '3',
        },
        ExecutionProperty: { MaxConcurrentRuns: 2 },
        Timeout: 5,
      }),
    )
}

/** All of them in one build: what they share is read and parsed once. */
async function bundleHandlers(): Promise<Map<string, Uint8Array>> {
  const { outfile: _, ...options } = bundleOptions('')
  const { outputFiles } = await build({
    ...options,
    entryPoints: Object.values(handlers).map((name) =>
      path.join(rootDir, `packages/pipeline/src/handlers/${name}.ts`),
    ),
    outdir: path.join(rootDir, '.sst/test'),
    outExtension: { '.js': '.mjs' },
    sourcemap: false,
  })
  return new Map(outputFiles.map((f) => [path.basename(f.path, '.mjs'), f.contents]))
}

async function createFunctions(lambda: LambdaClient, database: TestDatabase, lake: string): Promise<void> {
  for (const [name, bundle] of await bundleHandlers())
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: `lean-ops-test-${name}`,
        Runtime: 'nodejs22.x',
        Handler: 'bundle.handler',
        Role: role,
        Timeout: 60,
        Code: { ZipFile: zipSync({ 'bundle.mjs': bundle }, { level: 1 }) },
        Environment: {
          Variables: {
            STAGE: 'test',
            DATABASE_URL: database.url,
            LAKE_BUCKET: lake,
            RAW_DATABASE: rawDatabase,
            SEMANTIC_DATABASE: 'lean_ops_test_semantic',
            JOB_NAMES: 'lean-ops-test-curated,lean-ops-test-semantic',
            STATE_MACHINE_ARN: machineArns.patient,
          },
        },
      }),
    )
}

async function createMachine(sfn: SFNClient, machine: keyof typeof machineArns): Promise<void> {
  const { releaseRun, ...steps } = handlers
  const arns = Object.fromEntries(Object.entries(steps).map(([key, name]) => [key, `lean-ops-test-${name}`]))
  const definition = definePipelineRun({
    ...(arns as Record<keyof typeof steps, string>),
    curatedJob: 'lean-ops-test-curated',
    semanticJob: 'lean-ops-test-semantic',
  })
  for (const job of [definition.States.RunCurationJob, definition.States.RunSemanticJob])
    Object.assign(job, { TimeoutSeconds: jobTimeoutSeconds[machine] })
  await sfn.send(
    new CreateStateMachineCommand({
      name: machineArns[machine].slice(machineArns[machine].lastIndexOf(':') + 1),
      roleArn: role,
      definition: JSON.stringify(definition),
    }),
  )
}

async function createRule(events: EventBridgeClient): Promise<void> {
  const Name = 'lean-ops-test-run-ended'
  await events.send(
    new PutRuleCommand({
      Name,
      EventPattern: JSON.stringify({
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: Object.values(machineArns) },
      }),
    }),
  )
  const Arn = `arn:aws:lambda:us-east-1:000000000000:function:lean-ops-test-${handlers.releaseRun}`
  await events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'release-run', Arn }] }))
}
