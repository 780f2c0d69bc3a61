import { definePipelineRun } from '../src/state-machine/pipeline-run.ts'
import { assumedBy } from './assume-role.ts'
import { type ControlPlaneDeps, createDatabaseFunction } from './control-plane.ts'
import { jobNameOf } from './jobs.ts'
import type { Lake } from './lake.ts'
import { glueTables, readObjects, readSecret, useKey } from './permissions.ts'
import type { Stage } from './stage.ts'

type Deps = ControlPlaneDeps & { lake: Lake }

export type Runs = {
  machine: aws.sfn.StateMachine
  /** By logical name, for the alarms. */
  functions: Record<string, sst.aws.Function>
  dispatcher: sst.aws.Function
}

export const machineName = (stage: Stage): string => `${stage.prefix}-pipeline-run`

/** Fixed: the functions that start executions are made before the machine that calls them. */
export const machineArn = (stage: Stage): $util.Output<string> =>
  $interpolate`arn:aws:states:${stage.region}:${stage.account}:stateMachine:${machineName(stage)}`

/** `pipeline-run`: its steps, the machine, what puts away runs that ended badly, and the dispatcher. */
export function createRuns(deps: Deps): Runs {
  const { stage } = deps
  const steps = createSteps(deps)
  const machine = createMachine(deps, steps)
  const release = releaseOnEnd(deps, machine)
  const dispatcher = createDispatcher(deps)
  return {
    machine,
    dispatcher,
    functions: {
      GetAllCheckpoints: steps.getAllCheckpoints,
      PlanSemantic: steps.planSemantic,
      SettlePasses: steps.settlePasses,
      CheckSchemas: steps.checkSchemas,
      NotifyMissingSchema: steps.notifyMissingSchema,
      RefreshSnowflake: steps.refreshSnowflake,
      EndRun: steps.endRun,
      RecordFailure: steps.recordFailure,
      StartSuccessor: steps.startSuccessor,
      ReleaseRun: release,
      Dispatcher: dispatcher,
    },
  }

  function createDispatcher(given: Deps): sst.aws.Function {
    return createDatabaseFunction(given, 'dispatcher', {
      memory: '512 MB',
      // Never two at once: the second would only find what the first is starting.
      reserved: 1,
      environment: {
        ...failureEnvironment(given),
        STATE_MACHINE_ARN: machineArn(stage),
        // On the laptop a person waits for the first rows; on AWS every run costs a job's minute.
        ...(stage.isLocal && process.env.LEAN_OPS_PROCESSING === 'prompt'
          ? { DUE_ROWS: '1', DEFAULT_LATENCY_SECONDS: '60' }
          : {}),
      },
      permissions: [
        ...failurePermissions(given),
        { actions: ['states:StartExecution'], resources: [machineArn(stage)] },
        { actions: ['states:DescribeExecution'], resources: [executions(stage)] },
      ],
    })
  }
}

const executions = (stage: Stage): $util.Output<string> =>
  $interpolate`arn:aws:states:${stage.region}:${stage.account}:execution:${machineName(stage)}:*`

function createSteps(deps: Deps) {
  const { stage, keys, buckets, lake } = deps
  const bucket = buckets.lake
  const put = (...folders: string[]) => ({
    actions: ['s3:PutObject'],
    resources: folders.map((folder) => $interpolate`${bucket.arn}/${folder}/*`),
  })
  return {
    getAllCheckpoints: createDatabaseFunction(deps, 'get-all-checkpoints', {
      memory: '512 MB',
      reserved: 6,
      environment: { LAKE_BUCKET: bucket.name, RAW_DATABASE: lake.raw.name },
      permissions: [
        glueTables(stage, ['glue:GetTables'], lake.raw),
        readObjects(bucket),
        put('plans', 'leases'),
        useKey(keys.data),
      ],
    }),
    planSemantic: createDatabaseFunction(deps, 'plan-semantic', {
      memory: '256 MB',
      reserved: 4,
      environment: { LAKE_BUCKET: bucket.name },
      permissions: [put('plans', 'leases'), useKey(keys.data)],
    }),
    settlePasses: createDatabaseFunction(deps, 'settle-passes', {
      memory: '256 MB',
      reserved: 6,
      environment: { LAKE_BUCKET: bucket.name },
      permissions: [readObjects(bucket), useKey(keys.data)],
    }),
    checkSchemas: createDatabaseFunction(deps, 'check-schemas', {
      memory: '256 MB',
      reserved: 4,
      permissions: [],
    }),
    notifyMissingSchema: createDatabaseFunction(deps, 'notify-missing-schema', {
      memory: '256 MB',
      reserved: 2,
      permissions: [],
    }),
    refreshSnowflake: createDatabaseFunction(deps, 'refresh-snowflake', {
      memory: '512 MB',
      reserved: 4,
      environment: { SEMANTIC_DATABASE: lake.semantic.name, ...snowflakeEnvironment() },
      permissions: [
        // Which snapshots there are, to say by how many Snowflake is behind.
        glueTables(stage, ['glue:GetTable'], lake.semantic),
        readObjects(bucket),
        useKey(keys.data),
        ...snowflakeSecret(),
      ],
    }),
    endRun: createDatabaseFunction(deps, 'end-run', { memory: '256 MB', reserved: 4, permissions: [] }),
    recordFailure: createDatabaseFunction(deps, 'record-failure', {
      memory: '256 MB',
      reserved: 4,
      environment: failureEnvironment(deps),
      permissions: failurePermissions(deps),
    }),
    startSuccessor: createDatabaseFunction(deps, 'start-successor', {
      memory: '256 MB',
      reserved: 2,
      environment: { STATE_MACHINE_ARN: machineArn(stage) },
      permissions: [{ actions: ['states:StartExecution'], resources: [machineArn(stage)] }],
    }),
  }
}

/** What the deployer's environment says of Snowflake (docs/aws.md); nothing = there is none. On the laptop the supervisor names its stand-in. */
function snowflakeEnvironment(): Record<string, string> {
  const names = ['SNOWFLAKE_URL', 'SNOWFLAKE_SECRET_ARN', 'SNOWFLAKE_CATALOG', 'SNOWFLAKE_EXTERNAL_VOLUME']
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name]
      return value ? [[name, value]] : []
    }),
  )
}

function snowflakeSecret(): sst.aws.FunctionPermissionArgs[] {
  const arn = process.env.SNOWFLAKE_SECRET_ARN
  return arn ? [readSecret(arn)] : []
}

const jobArn = (stage: Stage, job: 'curated' | 'semantic'): $util.Output<string> =>
  $interpolate`arn:aws:glue:${stage.region}:${stage.account}:job/${jobNameOf(stage, job)}`

const failureEnvironment = ({ stage, buckets }: Deps): Record<string, $util.Input<string>> => ({
  LAKE_BUCKET: buckets.lake.name,
  JOB_NAMES: [jobNameOf(stage, 'curated'), jobNameOf(stage, 'semantic')].join(','),
})

/** Putting a failed run away: the results its jobs left, and the jobs that still run. */
const failurePermissions = ({ stage, keys, buckets }: Deps): sst.aws.FunctionPermissionArgs[] => [
  readObjects(buckets.lake),
  useKey(keys.data),
  {
    actions: ['glue:GetJobRuns', 'glue:BatchStopJobRun'],
    resources: [jobArn(stage, 'curated'), jobArn(stage, 'semantic')],
  },
]

function createMachine(deps: Deps, steps: ReturnType<typeof createSteps>): aws.sfn.StateMachine {
  const { stage, keys } = deps
  const logs = new aws.cloudwatch.LogGroup('RunsLogGroup', {
    // AWS keeps the size of its resource policy in bounds only for groups of this prefix.
    name: `/aws/vendedlogs/states/${machineName(stage)}`,
    retentionInDays: stage.isProduction ? 90 : 7,
    kmsKeyId: keys.logs.arn,
  })
  const role = new aws.iam.Role('RunsRole', { assumeRolePolicy: assumedBy(stage, 'states.amazonaws.com') })
  const policy = new aws.iam.RolePolicy('RunsPolicy', {
    role: role.id,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        { actions: ['lambda:InvokeFunction'], resources: Object.values(steps).map((fn) => fn.arn) },
        // `.sync` asks for the run's state, and stops it when the task is out of time or the execution is stopped.
        {
          actions: ['glue:StartJobRun', 'glue:GetJobRun', 'glue:GetJobRuns', 'glue:BatchStopJobRun'],
          resources: [jobArn(stage, 'curated'), jobArn(stage, 'semantic')],
        },
        // AWS defines no resource for these.
        {
          actions: [
            'logs:CreateLogDelivery',
            'logs:GetLogDelivery',
            'logs:UpdateLogDelivery',
            'logs:DeleteLogDelivery',
            'logs:ListLogDeliveries',
            'logs:PutResourcePolicy',
            'logs:DescribeResourcePolicies',
            'logs:DescribeLogGroups',
            'xray:PutTraceSegments',
            'xray:PutTelemetryRecords',
            'xray:GetSamplingRules',
            'xray:GetSamplingTargets',
          ],
          resources: ['*'],
        },
      ],
    }).json,
  })
  const definition = definePipelineRun<$util.Input<string>>({
    getAllCheckpoints: steps.getAllCheckpoints.arn,
    planSemantic: steps.planSemantic.arn,
    settlePasses: steps.settlePasses.arn,
    checkSchemas: steps.checkSchemas.arn,
    notifyMissingSchema: steps.notifyMissingSchema.arn,
    refreshSnowflake: steps.refreshSnowflake.arn,
    startSuccessor: steps.startSuccessor.arn,
    endRun: steps.endRun.arn,
    recordFailure: steps.recordFailure.arn,
    curatedJob: jobNameOf(stage, 'curated'),
    semanticJob: jobNameOf(stage, 'semantic'),
  })
  return new aws.sfn.StateMachine(
    'PipelineRun',
    {
      name: machineName(stage),
      type: 'STANDARD',
      roleArn: role.arn,
      definition: $jsonStringify(definition),
      loggingConfiguration: {
        level: 'ERROR',
        // Inputs name topics and counts only, and help at night.
        includeExecutionData: true,
        logDestination: $interpolate`${logs.arn}:*`,
      },
      tracingConfiguration: { enabled: true },
    },
    { dependsOn: [policy] },
  )
}

/** An execution that is stopped, or runs out of its time, cannot put itself away. */
function releaseOnEnd(deps: Deps, machine: aws.sfn.StateMachine): sst.aws.Function {
  const { stage } = deps
  const release = createDatabaseFunction(deps, 'release-run', {
    memory: '256 MB',
    reserved: 3,
    environment: failureEnvironment(deps),
    permissions: failurePermissions(deps),
  })
  const rule = new aws.cloudwatch.EventRule('RunEnded', {
    name: `${stage.prefix}-run-ended`,
    description:
      'Executions of pipeline-run that ended badly: leases back, child jobs stopped, reason recorded',
    eventPattern: $jsonStringify({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [machine.arn] },
    }),
  })
  const permission = new aws.lambda.Permission('RunEndedPermission', {
    function: release.name,
    action: 'lambda:InvokeFunction',
    principal: 'events.amazonaws.com',
    sourceArn: rule.arn,
  })
  new aws.cloudwatch.EventTarget(
    'RunEndedTarget',
    {
      rule: rule.name,
      targetId: 'release-run',
      arn: release.arn,
      // What is lost after six hours the dispatcher has found by then: it asks about every run that should have ended.
      retryPolicy: { maximumRetryAttempts: 50, maximumEventAgeInSeconds: 21_600 },
    },
    { dependsOn: [permission] },
  )
  return release
}
