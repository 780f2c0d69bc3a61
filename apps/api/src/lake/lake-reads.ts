import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import type { SFNClient } from '@aws-sdk/client-sfn'
import type { LakeDeps } from '@lean-ops/common/lake/lake-deps'

/** What the API reads of the pipeline live, one topic or one run per request. */
export type PipelineReads = LakeDeps & {
  databases: { raw: string; curated: string; semantic: string }
  sfn: Pick<SFNClient, 'send'>
  logs: Pick<CloudWatchLogsClient, 'send'>
  /** Log group of the jobs. */
  jobLogGroup: string
}
