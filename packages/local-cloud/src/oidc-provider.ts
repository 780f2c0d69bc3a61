import { createServer } from 'node:http'
import path from 'node:path'
import { readEnv } from '@lean-ops/common/config/read-env'
import { z } from 'zod'
import { createProvider } from './oidc/create-provider.ts'
import { createFileStore } from './oidc/file-adapter.ts'
import { handleInteraction } from './oidc/handle-interaction.ts'
import { demoRoles, readOrCreateSecrets } from './oidc/local-secrets.ts'

const Env = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535),
  ISSUER: z.url(),
  CONSOLE_URL: z.url(),
  STATE_DIR: z.string().min(1),
})

const env = readEnv(Env, process.env)
const secrets = readOrCreateSecrets(env.STATE_DIR)
const provider = createProvider({
  issuer: env.ISSUER,
  consoleUrl: new URL(env.CONSOLE_URL).origin,
  secrets,
  adapter: createFileStore(path.join(env.STATE_DIR, 'store.json'), Date.now),
})
const answer = provider.callback()
const server = createServer((request, response) => {
  const isInteraction = request.url?.startsWith('/interaction/') ?? false
  const answered = isInteraction
    ? handleInteraction(provider, secrets, request, response)
    : answer(request, response)
  answered.catch((error: unknown) => {
    console.error('sign-in failed:', error)
    if (!response.headersSent) response.writeHead(500)
    response.end()
  })
})
server.listen(env.PORT, '127.0.0.1', () => {
  console.log(`ready ${env.ISSUER}`)
  for (const role of demoRoles) console.log(`demo user ${role} password ${secrets.passwords[role]}`)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    server.close(() => process.exit(0))
    server.closeAllConnections()
  })
