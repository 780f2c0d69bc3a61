import type { Stage } from './stage.ts'

type Options = { retries: number; input?: unknown }
type Targets = Record<'sampler' | 'worker' | 'errorReconciler' | 'dispatcher', sst.aws.Function>

/** What runs by the clock. EventBridge Scheduler, not rules: it retries, and says so when it could not. */
export function createSchedules(
  stage: Stage,
  { sampler, worker, errorReconciler, dispatcher }: Targets,
): void {
  const role = new aws.iam.Role('SchedulerRole', {
    assumeRolePolicy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          principals: [{ type: 'Service', identifiers: ['scheduler.amazonaws.com'] }],
          actions: ['sts:AssumeRole'],
          conditions: [{ test: 'StringEquals', variable: 'aws:SourceAccount', values: [stage.account] }],
        },
      ],
    }).json,
  })
  const policy = new aws.iam.RolePolicy('SchedulerPolicy', {
    role: role.id,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          actions: ['lambda:InvokeFunction'],
          resources: [sampler.arn, worker.arn, errorReconciler.arn, dispatcher.arn],
        },
      ],
    }).json,
  })
  const every = (name: string, suffix: string, rate: string, target: sst.aws.Function, options: Options) =>
    new aws.scheduler.Schedule(
      name,
      {
        name: `${stage.prefix}-${suffix}`,
        scheduleExpression: rate,
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: target.arn,
          roleArn: role.arn,
          input: JSON.stringify(options.input ?? {}),
          retryPolicy: { maximumRetryAttempts: options.retries, maximumEventAgeInSeconds: 3_600 },
        },
      },
      { dependsOn: [policy] },
    )
  // No retry: a sample, like a tick, is worth nothing a minute later, and the next one is already due.
  every('SamplerSchedule', 'sampler', 'rate(1 minute)', sampler, { retries: 0 })
  // Wakes operations whose message was lost or whose worker died; nothing waits for it otherwise.
  every('OperationsTick', 'operations-tick', 'rate(1 minute)', worker, { retries: 0, input: { do: 'tick' } })
  // No retry: it writes down what it starts, and the next minute goes on from there.
  every('DispatcherSchedule', 'dispatcher', 'rate(1 minute)', dispatcher, { retries: 0 })
  every('ErrorReconcilerSchedule', 'error-reconciler', 'rate(1 hour)', errorReconciler, { retries: 3 })
}
