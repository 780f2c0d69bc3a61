import { type ControlPlaneDeps, createDatabaseFunction } from './control-plane.ts'
import type { Lake } from './lake.ts'
import { glueTables, inspectQueues, readObjects, topicQueues, useKey } from './permissions.ts'
import { queueUrlPrefix } from './queues.ts'

/** The one function that asks AWS how the topics are, so that no page has to. */
export function createSampler(deps: ControlPlaneDeps, lake: Lake): sst.aws.Function {
  const { stage, keys, buckets, queues } = deps
  return createDatabaseFunction(deps, 'sampler', {
    memory: '512 MB',
    // Never two at once: the second would only measure the first.
    reserved: 1,
    environment: {
      RAW_DATABASE: lake.raw.name,
      QUEUE_URL_PREFIX: queueUrlPrefix(queues),
      PROCESSOR_NAME: `${stage.prefix}-sqs-processor`,
      // Each sample of 700 queues is 700 requests: once a minute on AWS. On the laptop a person is watching.
      SAMPLE_SECONDS: stage.isLocal ? '5' : '60',
    },
    permissions: [
      inspectQueues(
        topicQueues(stage),
        queues.dlq.arn,
        queues.outcomes.arn,
        queues.operations.arn,
        queues.errorObjects.arn,
      ),
      glueTables(stage, ['glue:GetTables'], lake.raw),
      // Iceberg metadata files, to count rows and snapshots.
      readObjects(buckets.lake),
      useKey(keys.data),
      // Neither action knows resources (AWS service authorization reference); both only read.
      { actions: ['cloudwatch:GetMetricData', 'lambda:ListEventSourceMappings'], resources: ['*'] },
    ],
  })
}
