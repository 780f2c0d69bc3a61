import { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from '../app-env.ts'
import { refuseInvalid } from './refuse-invalid.ts'

/** An empty router for one noun's routes, with the API's answer to invalid input. */
export const nounRouter = (): OpenAPIHono<AppEnv> => new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid })
