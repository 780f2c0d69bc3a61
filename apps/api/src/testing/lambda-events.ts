import { randomUUID } from 'node:crypto'
import type { LambdaContext, LambdaEvent } from 'hono/aws-lambda'
import { consoleUrl } from './create-test-app.ts'

type Handler = (event: LambdaEvent, context: LambdaContext) => Promise<unknown>
/** What Lambda gives back to a function URL or an HTTP API (payload format 2.0). */
export type LambdaAnswer = {
  statusCode: number
  headers?: Record<string, string>
  cookies?: string[]
  body?: string
  isBase64Encoded?: boolean
}

/**
 * Puts requests to a Lambda handler as a function URL does: lower-case headers, cookies apart, bodies that are not text in Base64; and
 * reads its answer as the service would. `answers` keeps what the handler returned.
 */
export function lambdaClient(handler: Handler) {
  const answers: LambdaAnswer[] = []
  return {
    answers,
    async request(address: string, init: RequestInit = {}): Promise<Response> {
      const answer = (await handler(await eventOf(address, init), context)) as LambdaAnswer
      answers.push(answer)
      const headers = new Headers(answer.headers)
      for (const cookie of answer.cookies ?? []) headers.append('set-cookie', cookie)
      const body = Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8')
      return new Response([204, 304].includes(answer.statusCode) ? null : body, {
        status: answer.statusCode,
        headers,
      })
    },
  }
}

async function eventOf(address: string, init: RequestInit): Promise<LambdaEvent> {
  const request = new Request(new URL(address, consoleUrl), init)
  const url = new URL(request.url)
  const headers: Record<string, string> = { host: url.host, 'x-forwarded-for': '203.0.113.9' }
  // A Request drops some headers that a browser may set by itself; what the test gave counts.
  for (const [name, value] of new Headers(init.headers)) if (name !== 'cookie') headers[name] = value
  const cookies = new Headers(init.headers).get('cookie')?.split('; ')
  const bytes = Buffer.from(await request.arrayBuffer())
  const isText = bytes.toString('utf8').length === bytes.length
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookies === undefined ? {} : { cookies }),
    headers,
    requestContext: {
      accountId: 'anonymous',
      apiId: 'function-url',
      authentication: null,
      authorizer: {},
      domainName: url.host,
      domainPrefix: 'function-url',
      http: {
        method: request.method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.9',
        userAgent: 'test',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: '23/Nov/2026:08:00:00 +0000',
      timeEpoch: 1_795_420_800_000,
    },
    ...(bytes.length === 0 ? {} : { body: bytes.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: bytes.length > 0 && !isText,
  }
  // Safe: the fields of payload format 2.0, as the service documents them; Hono's type asks for more than it reads.
  return event as unknown as LambdaEvent
}

const context = {
  awsRequestId: randomUUID(),
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'lean-ops-test-api',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:lean-ops-test-api',
  memoryLimitInMB: '1024',
  logGroupName: '/aws/lambda/lean-ops-test-api',
  logStreamName: 'test',
  getRemainingTimeInMillis: () => 30_000,
} as unknown as LambdaContext
