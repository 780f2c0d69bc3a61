import type { Access } from '../http/access.ts'
import type { TestApp } from './create-test-app.ts'

/** A route as the OpenAPI document has it, with what `access(…)` said of it. */
export type TableRoute = {
  /** `PATCH /api/operations/{id}` */
  name: string
  method: string
  path: string
  access: Access
  owner: string
  summary: string
  tags: readonly string[]
  statuses: readonly number[]
  hasBody: boolean
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Every documented route of the app. */
export const tableOf = (app: TestApp['app']): TableRoute[] =>
  app.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== 'route') return []
    const { route } = definition
    const method = route.method.toUpperCase()
    return [
      {
        name: `${method} ${route.path}`,
        method,
        path: route.path,
        access: text(route['x-permission']) as Access,
        owner: text(route['x-owner']),
        summary: route.summary ?? '',
        tags: route.tags ?? [],
        statuses: Object.keys(route.responses).map(Number),
        hasBody: route.request?.body !== undefined,
      },
    ]
  })

/** Every route that answers at all, documented or not, in the document's spelling. */
export const answeringRoutes = (app: TestApp['app']): string[] => [
  ...new Set(
    app.routes
      .filter((route) => route.method !== 'ALL')
      .map((route) => `${route.method} ${route.path.replaceAll(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`),
  ),
]

const uuid = '00000000-0000-4000-8000-000000000000'

/** Ids that are well formed and name nothing, per parameter of a path. */
export const unknownIds = (route: TableRoute): string => {
  const id = route.path.startsWith('/api/dead-letters/') ? '0'.repeat(32) : uuid
  return route.path
    .replace('{topic}', 'no-such-topic')
    .replace('{key}', 'unmaskPerHourMax')
    .replace('{version}', '9.9.9')
    .replace('{fingerprint}', 'v1:0000000000000000')
    .replace('{id}', id)
}

/** Parameters that no route understands. */
export const invalidIds = (route: TableRoute): string =>
  route.path.replaceAll(/\{\w+\}/g, `x${'%20'.repeat(3)}${'y'.repeat(600)}`)

/** A body that each route accepts, so that a probe fails for the reason it is made for. A new route needs its line here. */
export const validBodies: Record<string, unknown> = {
  'POST /auth/logout': {},
  'POST /api/plans': { parameters: { kind: 'replay' }, selection: { by: 'ids', ids: ['0'.repeat(32)] } },
  'POST /api/operations': { planId: uuid, reason: 'a test' },
  'PATCH /api/operations/{id}': { action: 'pause' },
  'PUT /api/topics/{topic}/pause': { ingest: true, processing: false, reason: 'a test' },
  'PUT /api/hold': { isHeld: true, reason: 'a test' },
  'POST /api/saved-views': { page: 'audit', name: 'a view', query: {} },
  'PATCH /api/saved-views/{id}': { name: 'renamed' },
  'PATCH /api/settings/{key}': { value: 5 },
  'POST /api/topics/{topic}/account': { reason: 'a test of the API' },
  'POST /api/contracts/{topic}/versions': { yaml: 'name: x', reason: 'a test of the API' },
  'POST /api/contracts/{topic}/versions/{version}/activate': { reason: 'a test of the API' },
  'POST /api/dead-letters/{id}/unmask': { reason: 'a test of the API' },
}
