import { AppError } from '@lean-ops/common/errors/app-error'
import type { MiddlewareHandler } from 'hono'
import type { ApiDeps } from '../api-deps.ts'
import type { AppEnv } from '../app-env.ts'
import { addressOf, createRateLimit } from './limit-rate.ts'

/** Finds out who is asking and counts the request against them; strangers and wrong tokens count against their address. */
export function identify(deps: ApiDeps): MiddlewareHandler<AppEnv> {
  const limit = createRateLimit(deps.config.RATE_LIMIT_PER_MINUTE, deps.now)
  return async (c, next) => {
    const actor = await deps.authenticate(c).catch((thrown) => {
      if (thrown instanceof AppError && thrown.code === 'UNAUTHENTICATED')
        limit.take(`address ${addressOf(c)}`)
      throw thrown
    })
    limit.take(actor === null ? `address ${addressOf(c)}` : `actor ${actor.id}`)
    c.set('actor', actor)
    await next()
  }
}
