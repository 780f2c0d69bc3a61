import { isAllowed, type Permission } from '@lean-ops/common/contract/permissions'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../app-env.ts'

/** `public`: anyone. `signed-in`: a valid session or token, even without a role. Otherwise the permission is needed on at least one owner. */
export type Access = 'public' | 'signed-in' | Permission

/** The issue a route belongs to (operator-model, "Routes and their owners"). */
export type RouteOwner =
  | 'skeleton'
  | 'dead-letters-and-operations'
  | 'orchestration-and-jobs'
  | 'status-and-alerts'

/**
 * The part of every `createRoute` that says who may call it; it enforces that and documents it. Handlers then check the
 * owner of the topic at hand with `requirePermission`.
 */
export const access = <A extends Access>(needed: A, owner: RouteOwner) => ({
  middleware: [requireAccess(needed)],
  security: needed === 'public' ? [] : [{ session: [] }, { bearer: [] }],
  'x-permission': needed,
  'x-owner': owner,
})

function requireAccess(needed: Access): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (needed !== 'public') {
      const actor = c.get('actor')
      if (actor === null) throw new AppError('UNAUTHENTICATED', 'Sign in to see this.')
      if (needed !== 'signed-in' && !isAllowed(actor.grants, needed))
        throw new AppError(
          'FORBIDDEN',
          actor.grants.length === 0
            ? 'You are signed in, but nobody has given you a role yet.'
            : `This needs the permission ${needed}, which you do not have.`,
          {
            context: { permission: needed, reason: actor.grants.length === 0 ? 'NO_ROLE' : 'NO_PERMISSION' },
          },
        )
    }
    await next()
  }
}
