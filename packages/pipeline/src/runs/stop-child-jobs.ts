import { BatchStopJobRunCommand, GetJobRunsCommand, type GlueClient } from '@aws-sdk/client-glue'

type Deps = { glue: Pick<GlueClient, 'send'>; jobNames: readonly string[]; lakeBucket: string }

const stoppable = new Set(['STARTING', 'RUNNING', 'WAITING'])

/** Stops the job runs that an execution has started and not ended. They are known by their plan; returns how many. */
export async function stopChildJobs(deps: Deps, execution: string): Promise<number> {
  const prefix = `s3://${deps.lakeBucket}/plans/${execution}/`
  let stopped = 0
  for (const JobName of deps.jobNames) {
    // The newest come first, and a job runs a few at a time: one page holds all that can still run.
    const { JobRuns = [] } = await deps.glue.send(new GetJobRunsCommand({ JobName, MaxResults: 200 }))
    const JobRunIds = JobRuns.flatMap((run) =>
      run.Id !== undefined &&
      stoppable.has(run.JobRunState ?? '') &&
      run.Arguments?.['--PLAN']?.startsWith(prefix)
        ? [run.Id]
        : [],
    )
    if (JobRunIds.length === 0) continue
    const answer = await deps.glue.send(new BatchStopJobRunCommand({ JobName, JobRunIds }))
    stopped += answer.SuccessfulSubmissions?.length ?? 0
  }
  return stopped
}
