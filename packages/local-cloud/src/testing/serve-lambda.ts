import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import path from 'node:path'

/** As a function URL calls its function (payload format 2.0); what of it the handlers here read. */
type FunctionEvent = {
  version: '2.0'
  rawPath: string
  rawQueryString: string
  headers: Record<string, string>
  cookies?: string[]
  body?: string
  isBase64Encoded: boolean
  requestContext: { http: { method: string; path: string; sourceIp: string; userAgent: string } }
}
type FunctionAnswer = {
  statusCode: number
  headers?: Record<string, string | string[]>
  cookies?: string[]
  body?: string
  isBase64Encoded?: boolean
}
export type FunctionHandler = (event: FunctionEvent, context: object) => Promise<FunctionAnswer>

const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' }

/**
 * Serves a web function as CloudFront does: files of `assets` below `/_next/static`, all else by the function. Each
 * call goes through the event and the answer of AWS, so that what those cannot carry is lost here, too.
 */
export async function serveLambda(
  handler: FunctionHandler,
  assets: string,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, response, handler, assets).catch((error) => {
      response.statusCode = 502
      response.end(String(error))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handler: FunctionHandler,
  assets: string,
): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
  if (url.pathname.startsWith('/_next/static/')) {
    response.setHeader('content-type', types[path.extname(url.pathname)] ?? 'application/octet-stream')
    // `URL` has resolved every `..` already.
    response.end(await readFile(path.join(assets, decodeURIComponent(url.pathname))))
    return
  }
  const result = await handler(await eventOf(request, url), {})
  response.statusCode = result.statusCode
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, value)
  if (result.cookies && result.cookies.length > 0) response.setHeader('set-cookie', result.cookies)
  response.end(result.isBase64Encoded ? Buffer.from(result.body ?? '', 'base64') : (result.body ?? ''))
}

async function eventOf(request: IncomingMessage, url: URL): Promise<FunctionEvent> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { cookie, ...headers } = request.headers
  const method = request.method ?? 'GET'
  return {
    version: '2.0',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      // The router in front of the function tells it the address that people use.
      'x-forwarded-host': request.headers.host ?? '',
      'x-forwarded-proto': 'http',
    },
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    ...(chunks.length > 0 ? { body: Buffer.concat(chunks).toString('base64') } : {}),
    isBase64Encoded: chunks.length > 0,
    requestContext: {
      http: {
        method,
        path: url.pathname,
        sourceIp: '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
    },
  }
}
