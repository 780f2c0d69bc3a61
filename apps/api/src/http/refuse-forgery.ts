import { apiHeaders } from '@lean-ops/common/contract/api-conventions'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../app-env.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * State changes need a header that no form can send, JSON, and, from browsers, our own origin. A request with a bearer
 * token carries nothing a browser would add by itself, so there the origin may be absent, but never foreign.
 */
export function refuseForgery(consoleOrigin: string): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (!safeMethods.has(c.req.method)) {
      const origin = c.req.header('Origin')
      const site = c.req.header('Sec-Fetch-Site')
      const isForeign =
        origin !== undefined ? origin !== consoleOrigin : site !== undefined && site !== 'same-origin'
      const isUnknown = origin === undefined && site === undefined
      if (isForeign || (isUnknown && c.req.header('Authorization') === undefined))
        throw refusal('FOREIGN_ORIGIN', 'State changes are accepted from the console’s own pages only.')
      if (c.req.header(apiHeaders.intent) !== '1')
        throw refusal('NO_INTENT', `State changes need the header ${apiHeaders.intent}: 1.`)
      if (!isJson(c.req.header('Content-Type')) && hasBody(c.req.raw))
        throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'State changes are sent as application/json.')
    }
    await next()
  }
}

const refusal = (reason: string, message: string) =>
  new AppError('FORBIDDEN', message, { context: { reason } })

const isJson = (type: string | undefined): boolean =>
  type !== undefined && /^application\/json\s*(;\s*charset=utf-8\s*)?$/i.test(type)

const hasBody = (request: Request): boolean =>
  request.headers.has('Content-Type') ||
  (request.body !== null && request.headers.get('Content-Length') !== '0')
