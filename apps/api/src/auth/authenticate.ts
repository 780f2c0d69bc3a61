import type { Context } from 'hono'
import type { Actor, AppEnv } from '../app-env.ts'

/** Who sent this request: null without credentials. Throws UNAUTHENTICATED when credentials are there but not valid. */
export type Authenticate = (c: Context<AppEnv>) => Promise<Actor | null>
