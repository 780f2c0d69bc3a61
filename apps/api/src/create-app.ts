import { OpenAPIHono } from '@hono/zod-openapi'
import { apiHeaders, apiVersion, requestBodyBytesMax } from '@lean-ops/common/contract/api-conventions'
import { AppError } from '@lean-ops/common/errors/app-error'
import { bodyLimit } from 'hono/body-limit'
import { requestId } from 'hono/request-id'
import { secureHeaders } from 'hono/secure-headers'
import { timing } from 'hono/timing'
import type { ApiDeps } from './api-deps.ts'
import type { AppEnv } from './app-env.ts'
import { auditRoutes } from './audit/routes.ts'
import { authRoutes } from './auth/routes.ts'
import { contractRoutes } from './contracts/routes.ts'
import { deadLetterListRoutes } from './dead-letters/list-routes.ts'
import { deadLetterRoutes } from './dead-letters/routes.ts'
import { healthRoutes } from './health/routes.ts'
import { holdRoutes } from './hold/routes.ts'
import { errorResponse } from './http/error-response.ts'
import { identify } from './http/identify.ts'
import { oncePerKey } from './http/once-per-key.ts'
import { readError } from './http/read-error.ts'
import { denialRecorder } from './http/record-denial.ts'
import { refuseForgery } from './http/refuse-forgery.ts'
import { lakeRoutes } from './lake/routes.ts'
import { meRoutes } from './me/routes.ts'
import { openApiDocument } from './openapi-document.ts'
import { operationRoutes } from './operations/routes.ts'
import { planRoutes } from './plans/routes.ts'
import { pulseRoutes } from './pulse/routes.ts'
import { runRoutes } from './runs/routes.ts'
import { savedViewRoutes } from './saved-views/routes.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { settingRoutes } from './settings/routes.ts'
import { snowflakeRoutes } from './snowflake/routes.ts'
import { systemRoutes } from './system/routes.ts'
import { pauseRoutes } from './topics/pause-routes.ts'
import { topicRoutes } from './topics/routes.ts'
import { traceRoutes } from './traces/routes.ts'

/** The whole HTTP API. `/api` and `/auth` are part of its paths: the console's origin passes both straight through. */
export function createApp(deps: ApiDeps) {
  const app = new OpenAPIHono<AppEnv>()
  useConventions(app, deps)
  const routes = app
    .route('/api', healthRoutes(deps))
    .route('/auth', authRoutes(deps))
    .route('/api', meRoutes(deps))
    .route('/api', sessionRoutes(deps))
    .route('/api', pulseRoutes(deps))
    .route('/api', topicRoutes(deps))
    .route('/api', deadLetterListRoutes(deps))
    .route('/api', deadLetterRoutes(deps))
    .route('/api', planRoutes(deps))
    .route('/api', operationRoutes(deps))
    .route('/api', holdRoutes(deps))
    .route('/api', savedViewRoutes(deps))
    .route('/api', auditRoutes(deps))
    .route('/api', settingRoutes(deps))
    .route('/api', systemRoutes(deps))
    .route('/api', runRoutes(deps))
    .route('/api', lakeRoutes(deps))
    .route('/api', contractRoutes(deps))
    .route('/api', pauseRoutes(deps))
    .route('/api', snowflakeRoutes(deps))
    .route('/api', traceRoutes(deps))
  // For load balancers and supervisors that ask at the root.
  app.get('/healthz', (c) => app.request('/api/healthz', { headers: { 'X-Request-Id': c.get('requestId') } }))
  app.get('/api/openapi.json', (c) => c.json(openApiDocument(routes)))
  return routes
}

/** What holds for every route, in the order in which a request meets it. */
function useConventions(app: OpenAPIHono<AppEnv>, deps: ApiDeps): void {
  app.use(requestId({ headerName: apiHeaders.requestId }))
  app.use(timing({ total: true }))
  app.use(
    secureHeaders({
      xFrameOptions: 'DENY',
      referrerPolicy: 'same-origin',
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        // The one page of our own, of a failed sign-in, carries its few rules inline.
        styleSrc: ["'unsafe-inline'"],
      },
    }),
  )
  app.use(async (c, next) => {
    await next()
    c.header(apiHeaders.version, apiVersion)
  })
  const recordDenial = denialRecorder(deps)
  app.onError(async (thrown, c) => {
    const error = readError(thrown)
    await recordDenial(c, error)
    if (error.code === 'INTERNAL' || error.code === 'UNAVAILABLE')
      deps.log.error('request failed', { requestId: c.get('requestId'), path: c.req.path, error: thrown })
    return errorResponse(c, error)
  })
  app.notFound((c) =>
    errorResponse(c, new AppError('NOT_FOUND', `There is no ${c.req.method} ${c.req.path}.`)),
  )
  app.use(
    bodyLimit({
      maxSize: requestBodyBytesMax,
      onError: () => {
        throw new AppError(
          'PAYLOAD_TOO_LARGE',
          `A request body may have at most ${requestBodyBytesMax} bytes.`,
        )
      },
    }),
  )
  app.use(identify(deps))
  app.use(refuseForgery(deps.config.CONSOLE_URL))
  app.use('/api/*', oncePerKey(deps))
}

/** For the console's and the command line's typed client: `hc<AppType>(origin)`. */
export type AppType = ReturnType<typeof createApp>
