/** What production bundles, with the clients that it loads, behind names that the bench can call. */
export { firehoseClient, s3Client, secretsClient, sqsClient } from '@lean-ops/common/aws/clients'
export { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
export { createSqsProcessor } from '@lean-ops/pipeline/ingest/create-sqs-processor'
export { routeRecords } from '@lean-ops/pipeline/transform/route-records'
