import { AppError } from '@lean-ops/common/errors/app-error'
import type { Context } from 'hono'
import type { Actor, AppEnv } from '../app-env.ts'

/** The actor of a route that is not public. Throws UNAUTHENTICATED where `access` was forgotten. */
export function requireActor(c: Context<AppEnv>): Actor {
  const actor = c.get('actor')
  if (actor === null) throw new AppError('UNAUTHENTICATED', 'Sign in to see this.')
  return actor
}
