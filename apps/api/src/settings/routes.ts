import { createRoute } from '@hono/zod-openapi'
import { Setting, SettingChange, SettingList, settingKeys } from '@lean-ops/common/contract/settings'
import { readVersions } from '@lean-ops/common/control-plane/read-versions'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { isFresh } from '../http/is-fresh.ts'
import { jsonBody } from '../http/json-body.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { requiredVersion, versionTag } from '../http/version-tag.ts'
import { changeSetting } from './change-setting.ts'
import { listSettings } from './list-settings.ts'

const list = createRoute({
  ...access('topic:read', 'dead-letters-and-operations'),
  method: 'get',
  path: '/settings',
  tags: ['settings'],
  summary: 'What administrators may change without a deployment',
  responses: {
    200: jsonResponse(SettingList, 'All settings, each with its version.'),
    304: { description: 'Nothing changed since the ETag you sent.' },
    ...refusalResponses(),
  },
})

const change = createRoute({
  ...access('admin', 'dead-letters-and-operations'),
  method: 'patch',
  path: '/settings/{key}',
  tags: ['settings'],
  summary: 'Change one setting',
  request: {
    params: z.object({ key: z.enum(settingKeys) }),
    headers: z.object({ 'if-match': z.string().max(40).optional() }),
    body: jsonBody(SettingChange),
  },
  responses: { 200: jsonResponse(Setting, 'Changed.'), ...refusalResponses(400, 412, 413, 415, 422) },
})

export const settingRoutes = (deps: ApiDeps) =>
  nounRouter()
    .openapi(list, async (c) => {
      const { settings: version } = await readVersions(deps.db, ['settings'])
      if (isFresh(c, 'settings', version)) return c.body(null, 304)
      return c.json({ settings: await listSettings(deps.db) }, 200)
    })
    .openapi(change, async (c) => {
      const setting = await changeSetting(deps.db, requireActor(c), {
        key: c.req.valid('param').key,
        value: c.req.valid('json').value,
        ifVersion: requiredVersion(c.req.valid('header')['if-match']),
        now: deps.now(),
        requestId: c.get('requestId'),
      })
      c.header('ETag', versionTag(setting.version))
      return c.json(setting, 200)
    })
