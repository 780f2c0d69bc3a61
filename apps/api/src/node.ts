import { once } from 'node:events'
import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { readEnv } from '@lean-ops/common/config/read-env'
import { z } from 'zod'
import { buildDeps } from './build-deps.ts'
import { createApp } from './create-app.ts'

/** Requests under way at a stop get this long. */
const stopMs = 5_000

const { PORT } = readEnv(z.object({ PORT: z.coerce.number().int().min(0).max(65_535) }), process.env)
const { deps, close } = await buildDeps(process.env, { connections: 8 })
const server = serve({ fetch: createApp(deps).fetch, port: PORT, hostname: '127.0.0.1' }) as Server
await once(server, 'listening')
const address = server.address()
deps.log.info('listening', { port: typeof address === 'object' ? address?.port : PORT })

let isStopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (isStopping) return
    isStopping = true
    server.closeIdleConnections()
    const cut = setTimeout(() => server.closeAllConnections(), stopMs)
    server.close(() => {
      clearTimeout(cut)
      void close().then(() => process.exit(0))
    })
  })
