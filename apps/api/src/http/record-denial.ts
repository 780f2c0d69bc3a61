import { recordAudit } from '@lean-ops/common/control-plane/audit/record-audit'
import type { AppError } from '@lean-ops/common/errors/app-error'
import type { Context } from 'hono'
import type { ApiDeps } from '../api-deps.ts'
import type { AppEnv } from '../app-env.ts'

/** The same refusal of the same person is one row a minute: a page that polls must not fill the audit. */
const windowMs = 60_000
const rememberedMax = 10_000
const pathMax = 200

type Deps = Pick<ApiDeps, 'db' | 'now' | 'log'>

/** Keeps in the audit what somebody who is signed in was refused: missing permissions, and actions that were blocked. Never changes the answer. */
export function denialRecorder(deps: Deps): (c: Context<AppEnv>, error: AppError) => Promise<void> {
  let seen = new Map<string, number>()
  return async (c, error) => {
    const actor = c.get('actor')
    if (!actor || !isDenial(error)) return
    const target = `${c.req.method} ${c.req.path}`.slice(0, pathMax)
    const key = `${actor.id} ${target} ${String(error.context.reason)}`
    const now = deps.now().getTime()
    if (now - (seen.get(key) ?? Number.NEGATIVE_INFINITY) < windowMs) return
    if (seen.size >= rememberedMax) seen = new Map()
    seen.set(key, now)
    const { reason, permission, owner } = error.context
    try {
      await recordAudit(deps.db, {
        actor: { kind: actor.kind, id: actor.id },
        action: error.code === 'FORBIDDEN' ? 'access.deny' : 'operation.refuse',
        target: { kind: 'route', id: target },
        outcome: 'denied',
        requestId: c.get('requestId'),
        ...(actor.sessionId === null ? {} : { sessionId: actor.sessionId }),
        details: {
          reason,
          ...(permission === undefined ? {} : { permission }),
          ...(owner === undefined ? {} : { owner }),
        },
      })
    } catch (fault) {
      deps.log.error('a denial could not be kept in the audit', {
        requestId: c.get('requestId'),
        error: fault,
      })
    }
  }
}

const isDenial = (error: AppError): boolean =>
  error.code === 'FORBIDDEN' || (error.code === 'CONFLICT' && error.context.reason === 'PLAN_BLOCKED')
