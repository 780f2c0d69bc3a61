import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda'
import { buildDeps } from './build-deps.ts'
import { createApp } from './create-app.ts'

/** One connection: a Lambda answers one request at a time. A failed start is tried again by the next request. */
const start = async () => handle(createApp((await buildDeps(process.env, { connections: 1 })).deps))
let started: ReturnType<typeof start> | undefined

/** API Gateway (HTTP) or function URL → Hono. */
export async function handler(event: LambdaEvent, context: LambdaContext) {
  started ??= start().catch((cause) => {
    started = undefined
    throw cause
  })
  return (await started)(event, context)
}
