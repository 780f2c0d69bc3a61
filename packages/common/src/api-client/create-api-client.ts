import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { apiHeaders } from '../contract/api-conventions.ts'
import { ErrorBody } from '../contract/error-body.ts'
import { ApiRefusal } from './api-refusal.ts'

export type Query = Record<string, string | number | readonly string[] | undefined>
export type Answer<T> = { body: T; etag: string | undefined }

export type ApiClient = {
  url: string
  get<S extends z.ZodType>(path: string, schema: S, query?: Query): Promise<Answer<z.infer<S>>>
  send<S extends z.ZodType>(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    schema: S,
    body: unknown,
    options?: { ifMatch?: string },
  ): Promise<Answer<z.infer<S>>>
  /** Raw text, streamed; throws like the others. */
  open(path: string): Promise<Response>
}

/** The API as a script sees it: bearer token, one error type, the answers checked against the contract. */
export function createApiClient(url: string, token: () => Promise<string | undefined>): ApiClient {
  const call = async (
    method: string,
    path: string,
    query: Query,
    body: unknown,
    ifMatch?: string,
  ): Promise<Response> => {
    const bearer = await token()
    const target = new URL(`/api${path}`, url)
    for (const [name, value] of Object.entries(query))
      for (const one of [value ?? []].flat()) target.searchParams.append(name, String(one))
    const response = await reach(url, () =>
      fetch(target, {
        method,
        headers: {
          ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
          ...(method === 'GET'
            ? {}
            : {
                'Content-Type': 'application/json',
                [apiHeaders.intent]: '1',
                [apiHeaders.idempotencyKey]: randomUUID(),
              }),
          ...(ifMatch === undefined ? {} : { 'If-Match': ifMatch }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )
    if (!response.ok) throw await refusalOf(response)
    return response
  }
  const read = async <S extends z.ZodType>(response: Response, schema: S): Promise<Answer<z.infer<S>>> => ({
    body: schema.parse(await response.json()),
    etag: response.headers.get('ETag') ?? undefined,
  })
  return {
    url,
    get: async (path, schema, query = {}) => read(await call('GET', path, query, undefined), schema),
    send: async (method, path, schema, body, options = {}) =>
      read(await call(method, path, {}, body, options.ifMatch), schema),
    open: (path) => call('GET', path, {}, undefined),
  }
}

async function reach(url: string, request: () => Promise<Response>): Promise<Response> {
  try {
    return await request()
  } catch (error) {
    throw new ApiRefusal(
      0,
      'UNREACHABLE',
      `Nothing answers at ${url}. Is it running? Another address goes in --url or LEAN_OPS_URL.`,
      { cause: String(error) },
      undefined,
    )
  }
}

async function refusalOf(response: Response): Promise<ApiRefusal> {
  const text = await response.text()
  const parsed = ErrorBody.safeParse(tryJson(text))
  if (!parsed.success)
    return new ApiRefusal(response.status, 'UNKNOWN', `HTTP ${response.status}`, undefined, undefined)
  const { code, message, details, requestId } = parsed.data.error
  return new ApiRefusal(response.status, code, message, details, requestId)
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
