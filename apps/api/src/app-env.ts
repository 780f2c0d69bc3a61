import type { RoleGrant } from '@lean-ops/common/contract/permissions'

/** Who is asking. `id` is the provider's subject: stable, unlike names and addresses. */
export type Actor = {
  kind: 'user' | 'service'
  id: string
  name: string
  email: string | null
  grants: readonly RoleGrant[]
  /** Public id of the browser session; null for bearer tokens. */
  sessionId: string | null
}

/** What middleware leaves for handlers. */
export type AppEnv = {
  Variables: {
    requestId: string
    /** Null on public routes without credentials; routes with a permission never see null. */
    actor: Actor | null
  }
}
