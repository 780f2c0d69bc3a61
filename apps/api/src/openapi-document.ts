import type { OpenAPIHono } from '@hono/zod-openapi'
import { apiVersion } from '@lean-ops/common/contract/api-conventions'
import type { AppEnv } from './app-env.ts'

type Describable = Pick<OpenAPIHono<AppEnv>, 'getOpenAPI31Document' | 'openAPIRegistry'>

/** The OpenAPI 3.1 document, generated from the very schemas that validate. */
export function openApiDocument(app: Describable): ReturnType<Describable['getOpenAPI31Document']> {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Lean-Ops API',
      version: apiVersion,
      description:
        'Every verb an operator has. People use the session cookie that `/auth/login` sets; scripts send an OIDC bearer token.',
    },
  })
  return {
    ...document,
    components: {
      ...document.components,
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-lean-ops-session',
          description:
            'Set by `/auth/login`. State changes also need `X-Lean-Ops: 1`, JSON, and the console’s origin.',
        },
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An OIDC access token for this API.',
        },
      },
    },
  }
}
