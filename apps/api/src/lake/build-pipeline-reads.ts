import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { SFNClient } from '@aws-sdk/client-sfn'
import { glueClient, s3Client } from '@lean-ops/common/aws/clients'
import { databaseName } from '@lean-ops/common/topics/topic-names'
import type { ApiConfig } from '../api-config.ts'
import type { PipelineReads } from './lake-reads.ts'

/** The lake, the runs and their logs, as AWS gives them. */
export function buildPipelineReads(config: ApiConfig): PipelineReads {
  return {
    glue: glueClient(),
    s3: s3Client(),
    sfn: new SFNClient(),
    logs: new CloudWatchLogsClient(),
    databases: {
      raw: config.RAW_DATABASE ?? databaseName(config.STAGE, 'raw'),
      curated: config.CURATED_DATABASE ?? databaseName(config.STAGE, 'curated'),
      semantic: config.SEMANTIC_DATABASE ?? databaseName(config.STAGE, 'semantic'),
    },
    jobLogGroup: `/aws-glue/jobs/lean-ops-${config.STAGE}`,
  }
}
