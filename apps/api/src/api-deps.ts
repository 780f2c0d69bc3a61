import type { S3Client } from '@aws-sdk/client-s3'
import type { AuthDeps } from './auth/auth-deps.ts'
import type { Authenticate } from './auth/create-authenticate.ts'
import type { PipelineReads } from './lake/lake-reads.ts'
import type { OperationsDeps } from './operations/operations-deps.ts'

/** Everything the API reaches outside itself. Tests pass their own. */
export type ApiDeps = AuthDeps & {
  authenticate: Authenticate
  operations: OperationsDeps
  pipeline: PipelineReads
  /** The archive, for bodies too large for a row. */
  s3: Pick<S3Client, 'send'>
  log: {
    info: (message: string, fields: Record<string, unknown>) => void
    error: (message: string, fields: Record<string, unknown>) => void
  }
}
