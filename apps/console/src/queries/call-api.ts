import { apiHeaders } from '@lean-ops/common/contract/api-conventions'
import type { ErrorBody } from '@lean-ops/common/contract/error-body'
import { noteApiVersion } from '../state/api-version.ts'
import { noteServerDate } from '../state/server-clock.ts'
import { markSessionExpired } from '../state/session.ts'

type ApiProblem = {
  /** HTTP status; 0 when no answer came at all. */
  status: number
  code: ErrorBody['error']['code'] | 'UNREACHABLE'
  details?: Record<string, unknown>
  requestId?: string
}

/** What every failed call to the API is thrown as. `message` is written for people. */
export class ApiError extends Error {
  readonly problem: ApiProblem

  constructor(message: string, problem: ApiProblem, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ApiError'
    this.problem = problem
  }
}

type Call = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}

function problemOf(status: number, body: unknown): { message: string; problem: ApiProblem } {
  if (typeof body === 'object' && body !== null && 'error' in body) {
    const { error } = body as ErrorBody
    return {
      message: error.message,
      problem: {
        status,
        code: error.code,
        requestId: error.requestId,
        ...(error.details ? { details: error.details } : {}),
      },
    }
  }
  const message = status >= 500 ? 'The API did not answer as it should.' : `The API refused (${status}).`
  return { message, problem: { status, code: status >= 500 ? 'UNREACHABLE' : 'INTERNAL' } }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

/**
 * One call to `/api`. The answer is trusted to be of the contract's type: API and console ship together, and an
 * older API is told apart by its version header. Throws ApiError; a 401 also opens the "sign in again" dialog.
 */
export async function callApi<T>(path: string, call: Call = {}): Promise<T> {
  const { method = 'GET', body, headers = {}, signal } = call
  let response: Response
  try {
    response = await fetch(`/api${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(method === 'GET' ? {} : { 'content-type': 'application/json', [apiHeaders.intent]: '1' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ApiError(
      'The API cannot be reached from this browser.',
      { status: 0, code: 'UNREACHABLE' },
      { cause },
    )
  }
  noteServerDate(response.headers.get('date'))
  noteApiVersion(response.headers.get(apiHeaders.version))
  if (response.status === 204) return undefined as T
  const parsed = await readJson(response)
  if (response.ok && parsed !== undefined) return parsed as T
  if (response.status === 401) markSessionExpired()
  const { message, problem } = problemOf(response.status, parsed)
  throw new ApiError(message, problem)
}
