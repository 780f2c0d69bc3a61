import type { Database } from '@lean-ops/common/control-plane/connect'
import type { ApiConfig } from '../api-config.ts'
import type { OidcClient } from './oidc-client.ts'
import type { Sealer } from './sealer.ts'

/** What signing in needs. */
export type AuthDeps = {
  db: Database
  config: ApiConfig
  oidc: OidcClient
  sealer: Sealer
  now: () => Date
  random: (byteCount: number) => Buffer
}
