import { AppError } from '@lean-ops/common/errors/app-error'
import type { Context } from 'hono'
import type { Actor, AppEnv } from '../app-env.ts'
import type { AuthDeps } from './auth-deps.ts'
import { findSession } from './find-session.ts'
import { readCookie } from './session-cookies.ts'
import { verifyBearer } from './verify-bearer.ts'

/**
 * Who sent this request: null without credentials. Throws UNAUTHENTICATED when a token is there but not valid. A cookie of
 * a session that is over counts as none: public routes, such as signing in again, must still work with it.
 */
export type Authenticate = (c: Context<AppEnv>) => Promise<Actor | null>

export const createAuthenticate =
  (deps: AuthDeps): Authenticate =>
  async (c) => {
    const authorization = c.req.header('Authorization')
    if (authorization !== undefined) {
      const [, token] = /^Bearer ([\w~+/.-]+=*)$/i.exec(authorization) ?? []
      if (token === undefined)
        throw new AppError('UNAUTHENTICATED', 'Only bearer tokens are understood here.')
      return verifyBearer(deps, token)
    }
    const cookie = readCookie(c, 'session', deps.config)
    return cookie === undefined ? null : ((await findSession(deps, cookie)) ?? null)
  }
