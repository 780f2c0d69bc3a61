import type { Database } from '@lean-ops/common/control-plane/connect'
import type { ApiConfig } from './api-config.ts'
import type { Authenticate } from './auth/authenticate.ts'

/** Everything the API reaches outside itself. Tests pass their own. */
export type ApiDeps = {
  db: Database
  config: ApiConfig
  authenticate: Authenticate
  now: () => Date
  /** `byteCount` unpredictable bytes. */
  random: (byteCount: number) => Buffer
  log: {
    info: (message: string, fields: Record<string, unknown>) => void
    error: (message: string, fields: Record<string, unknown>) => void
  }
}
