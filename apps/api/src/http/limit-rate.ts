import { AppError } from '@lean-ops/common/errors/app-error'
import type { Context } from 'hono'
import type { AppEnv } from '../app-env.ts'

const windowMs = 60_000
/** Beyond this many callers in a minute the oldest entries go: memory stays bounded under a flood of addresses. */
const callersMax = 50_000

export type RateLimit = { take(key: string): void }

/**
 * Fixed windows of a minute, counted in this process. On Lambda each instance counts for itself: the bound is per
 * instance, and the reserved concurrency bounds the instances.
 */
export function createRateLimit(perMinute: number, now: () => Date): RateLimit {
  let windows = new Map<string, { since: number; count: number }>()
  return {
    take(key) {
      const at = now().getTime()
      const window = windows.get(key)
      if (window === undefined || at - window.since >= windowMs) {
        if (windows.size >= callersMax) windows = new Map()
        windows.set(key, { since: at, count: 1 })
        return
      }
      window.count += 1
      if (window.count <= perMinute) return
      const retryAfterSeconds = Math.max(1, Math.ceil((window.since + windowMs - at) / 1_000))
      throw new AppError('RATE_LIMITED', `More than ${perMinute} requests in a minute.`, {
        context: { retryAfterSeconds },
      })
    },
  }
}

/** The last hop's idea of the caller; earlier entries of the header are whatever the caller wrote. */
export const addressOf = (c: Context<AppEnv>): string =>
  c.req.header('X-Forwarded-For')?.split(',').at(-1)?.trim() || 'direct'
