import { GetJobRunsCommand, type GlueClient, type JobRun } from '@aws-sdk/client-glue'

/** States of a job run that may still do something. */
export const livingStates: readonly string[] = ['STARTING', 'RUNNING', 'STOPPING', 'WAITING']

/**
 * The run of a job that was started with this plan, if any: a run is known by its plan, so a worker that died after the start
 * is replaced by one that finds it. The newest come first, and one page reaches back further than a worker's death.
 */
export async function findJobRun(
  glue: Pick<GlueClient, 'send'>,
  job: string,
  planUri: string,
): Promise<JobRun | undefined> {
  const { JobRuns = [] } = await glue.send(new GetJobRunsCommand({ JobName: job, MaxResults: 200 }))
  return JobRuns.find((run) => run.Arguments?.['--PLAN'] === planUri)
}
