import { OpenAPIHono } from '@hono/zod-openapi'
import { apiHeaders, apiVersion, requestBodyBytesMax } from '@lean-ops/common/contract/api-conventions'
import { AppError } from '@lean-ops/common/errors/app-error'
import { bodyLimit } from 'hono/body-limit'
import { requestId } from 'hono/request-id'
import { secureHeaders } from 'hono/secure-headers'
import { timing } from 'hono/timing'
import type { ApiDeps } from './api-deps.ts'
import type { AppEnv } from './app-env.ts'
import { healthRoutes } from './health/routes.ts'
import { errorResponse } from './http/error-response.ts'
import { readError } from './http/read-error.ts'
import { openApiDocument } from './openapi-document.ts'
import { topicRoutes } from './topics/routes.ts'

/** The whole HTTP API. `/api` and `/auth` are part of its paths: the console's origin passes both straight through. */
export function createApp(deps: ApiDeps) {
  const app = new OpenAPIHono<AppEnv>()
  app.use(requestId({ headerName: apiHeaders.requestId }))
  app.use(timing({ total: true }))
  app.use(secureHeaders({ xFrameOptions: 'DENY', referrerPolicy: 'same-origin' }))
  app.use(async (c, next) => {
    await next()
    c.header(apiHeaders.version, apiVersion)
  })
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
  app.use(async (c, next) => {
    c.set('actor', await deps.authenticate(c))
    await next()
  })
  app.onError((thrown, c) => {
    const error = readError(thrown)
    if (error.code === 'INTERNAL' || error.code === 'UNAVAILABLE')
      deps.log.error('request failed', {
        requestId: c.get('requestId'),
        path: c.req.routePath,
        error: thrown,
      })
    return errorResponse(c, error)
  })
  app.notFound((c) =>
    errorResponse(
      c,
      new AppError('NOT_FOUND', `There is no ${c.req.method} ${new URL(c.req.url).pathname}.`),
    ),
  )
  const routes = app.route('/api', healthRoutes(deps)).route('/api', topicRoutes(deps))
  app.get('/healthz', (c) => c.redirect('/api/healthz'))
  app.get('/api/openapi.json', (c) => c.json(openApiDocument(routes)))
  return routes
}

/** For the console's and the command line's typed client: `hc<AppType>(origin)`. */
export type AppType = ReturnType<typeof createApp>
