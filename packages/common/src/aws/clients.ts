import { FirehoseClient } from '@aws-sdk/client-firehose'
import { GlueClient } from '@aws-sdk/client-glue'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/** The SDK's own retry is for calls; entries refused inside a successful call are retried by our code. */
const shared = () => ({
  maxAttempts: 3,
  requestHandler: new NodeHttpHandler({ connectionTimeout: 2_000, requestTimeout: 20_000 }),
})

/** The SDK puts every byte of every batch through the filter of a log that nobody writes; it is left out. */
function unlogged<C extends SQSClient | FirehoseClient>(client: C): C {
  client.middlewareStack.removeByTag('LOGGER')
  return client
}

/**
 * A given endpoint holds for queues too: the local cloud may be on another port than when a queue's URL was written. The SDK's MD5 check is
 * left out, because each request is signed over its SHA-256: with the log's filter it cost a third of a replay's sending.
 */
export const sqsClient = (): SQSClient =>
  unlogged(
    new SQSClient({
      ...shared(),
      useQueueUrlAsEndpoint: process.env.AWS_ENDPOINT_URL === undefined,
      md5: false,
    }),
  )
export const firehoseClient = (): FirehoseClient => unlogged(new FirehoseClient(shared()))
/** Path-style addressing only where an endpoint is given (the local cloud has no DNS for buckets). */
export const s3Client = (): S3Client =>
  new S3Client({ ...shared(), forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined })
export const glueClient = (): GlueClient => new GlueClient(shared())
export const secretsClient = (): SecretsManagerClient => new SecretsManagerClient(shared())
