import type { GlueClient } from '@aws-sdk/client-glue'
import type { S3Client } from '@aws-sdk/client-s3'

/** What reading Iceberg tables straight from their files needs. */
export type LakeDeps = { glue: Pick<GlueClient, 'send'>; s3: Pick<S3Client, 'send'> }
