import type { Stage } from './stage.ts'

/** What runs by the clock. EventBridge Scheduler, not rules: it retries, and says so when it could not. */
export function createSchedules(
  stage: Stage,
  { sampler, errorReconciler }: { sampler: sst.aws.Function; errorReconciler?: sst.aws.Function },
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
          resources: [sampler, errorReconciler].flatMap((f) => f?.arn ?? []),
        },
      ],
    }).json,
  })
  const every = (name: string, suffix: string, rate: string, target: sst.aws.Function, retries: number) =>
    new aws.scheduler.Schedule(
      name,
      {
        name: `${stage.prefix}-${suffix}`,
        scheduleExpression: rate,
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: target.arn,
          roleArn: role.arn,
          input: '{}',
          retryPolicy: { maximumRetryAttempts: retries, maximumEventAgeInSeconds: 3_600 },
        },
      },
      { dependsOn: [policy] },
    )
  // No retry: a sample is worth nothing a minute later, and the next one is already due.
  every('SamplerSchedule', 'sampler', 'rate(1 minute)', sampler, 0)
  if (errorReconciler)
    every('ErrorReconcilerSchedule', 'error-reconciler', 'rate(1 hour)', errorReconciler, 3)
}
