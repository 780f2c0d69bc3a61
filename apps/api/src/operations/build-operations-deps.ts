import { GetObjectCommand } from '@aws-sdk/client-s3'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { s3Client, sqsClient } from '@lean-ops/common/aws/clients'
import type { OperationsDeps } from './operations-deps.ts'

/** The worker's queue and the archive, as AWS gives them. */
export function buildOperationsDeps(operationsUrl: string): OperationsDeps {
  const sqs = sqsClient()
  const s3 = s3Client()
  return {
    wake: async (message, delaySeconds) => {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: operationsUrl,
          MessageBody: JSON.stringify(message),
          DelaySeconds: delaySeconds,
        }),
      )
    },
    linkTo: ({ bucket, key, fileName }, seconds) =>
      getSignedUrl(
        s3,
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          ResponseContentDisposition: `attachment; filename="${fileName}"`,
        }),
        { expiresIn: seconds },
      ),
  }
}
