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

/**
 * A given endpoint holds for queues too: the local cloud may be on another port than when a queue's URL was written. Two things that the SDK
 * does to every byte of every batch are left out, because they cost a third of a replay's sending: its MD5 check (each request is signed over
 * its SHA-256) and the filter of a log that nobody writes.
 */
export const sqsClient = (): SQSClient => {
  const client = new SQSClient({
    ...shared(),
    useQueueUrlAsEndpoint: process.env.AWS_ENDPOINT_URL === undefined,
    md5: false,
  })
  client.middlewareStack.removeByTag('LOGGER')
  return client
}
export const firehoseClient = (): FirehoseClient => new FirehoseClient(shared())
/** Path-style addressing only where an endpoint is given (the local cloud has no DNS for buckets). */
export const s3Client = (): S3Client =>
  new S3Client({ ...shared(), forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined })
export const glueClient = (): GlueClient => new GlueClient(shared())
export const secretsClient = (): SecretsManagerClient => new SecretsManagerClient(shared())
