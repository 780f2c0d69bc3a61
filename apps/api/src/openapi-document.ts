import type { OpenAPIHono } from '@hono/zod-openapi'
import { apiVersion } from '@lean-ops/common/contract/api-conventions'
import type { AppEnv } from './app-env.ts'

type Describable = Pick<OpenAPIHono<AppEnv>, 'getOpenAPI31Document' | 'openAPIRegistry'>

/** The OpenAPI 3.1 document, generated from the very schemas that validate. */
export function openApiDocument(app: Describable): ReturnType<Describable['getOpenAPI31Document']> {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Lean-Ops API',
      version: apiVersion,
      description:
        'Every verb an operator has. People use the session cookie that `/auth/login` sets; scripts send an OIDC bearer token.',
    },
  })
}
