import type { AuthDeps } from './auth/auth-deps.ts'
import type { Authenticate } from './auth/create-authenticate.ts'
import type { OperationsDeps } from './operations/operations-deps.ts'

/** Everything the API reaches outside itself. Tests pass their own. */
export type ApiDeps = AuthDeps & {
  authenticate: Authenticate
  operations: OperationsDeps
  log: {
    info: (message: string, fields: Record<string, unknown>) => void
    error: (message: string, fields: Record<string, unknown>) => void
  }
}
