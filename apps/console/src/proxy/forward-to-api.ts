/** Headers that belong to one connection and must not travel on. */
const hopHeaders = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'expect',
]

function requestHeaders(request: Request): Headers {
  const headers = new Headers(request.headers)
  for (const name of hopHeaders) headers.delete(name)
  // The API compares Origin with the address the browser used, which behind this hop only these two tell.
  const url = new URL(request.url)
  headers.set(
    'x-forwarded-host',
    request.headers.get('x-forwarded-host') ?? request.headers.get('host') ?? url.host,
  )
  headers.set('x-forwarded-proto', request.headers.get('x-forwarded-proto') ?? url.protocol.replace(':', ''))
  return headers
}

function unavailable(): Response {
  const error = {
    code: 'UNAVAILABLE',
    message: 'The console is up, but its API cannot be reached.',
    requestId: crypto.randomUUID(),
  }
  return Response.json({ error }, { status: 503 })
}

/**
 * Sends a browser's request to the API as it is (cookies, body, streaming answer) and holds nothing itself.
 * `API_URL` is read at request time: Next freezes `rewrites` into the build, but one build serves every stage.
 * Behind CloudFront `/api/*` and `/auth/*` go straight to the API and never come here.
 */
export async function forwardToApi(request: Request): Promise<Response> {
  const { API_URL } = process.env
  if (!API_URL) return unavailable()
  const { pathname, search } = new URL(request.url)
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
  let upstream: Response
  try {
    upstream = await fetch(new URL(`${pathname}${search}`, API_URL), {
      method: request.method,
      headers: requestHeaders(request),
      redirect: 'manual',
      signal: request.signal,
      ...(hasBody && request.body ? { body: request.body, duplex: 'half' } : {}),
    } as RequestInit)
  } catch {
    return unavailable()
  }
  const headers = new Headers(upstream.headers)
  // fetch has already undone the compression.
  for (const name of [...hopHeaders, 'content-encoding']) headers.delete(name)
  return new Response(upstream.body, { status: upstream.status, headers })
}
