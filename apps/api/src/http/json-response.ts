import { ErrorBody } from '@lean-ops/common/contract/error-body'
import type { z } from 'zod'

/** A JSON answer for `createRoute`'s `responses`. */
export const jsonResponse = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const refusal = (description: string) => jsonResponse(ErrorBody, description)

const refusals = {
  400: refusal('The input is not valid; `details.faults` names each fault.'),
  401: refusal('No session and no token, or one that is over.'),
  403: refusal('Signed in, but without the permission on this owner’s topics; `details.reason` says which.'),
  404: refusal('No such thing, or none that you may see.'),
  409: refusal('The thing changed in a way that makes the request wrong; `details` shows how.'),
  412: refusal('If-Match names another version; `details.current` is the present one and who changed it.'),
  413: refusal('The request body is too large.'),
  415: refusal('State changes are JSON only.'),
  422: refusal('Understood, but it cannot be done; or an Idempotency-Key came with another request.'),
  429: refusal('Too many requests; `Retry-After` says when.'),
  500: refusal('Our fault. The request id finds it in the log.'),
  503: refusal('A part we need does not answer.'),
}
type Refusals = typeof refusals

/** The error table of a route. 401, 403, 429, 500 and 503 come with every route that is not public. */
export const refusalResponses = <S extends keyof Refusals = never>(
  ...statuses: S[]
): Pick<Refusals, S | 401 | 403 | 429 | 500 | 503> => {
  const picked: Partial<Refusals> = {}
  for (const status of [401, 403, 429, 500, 503, ...statuses] as const)
    Object.assign(picked, { [status]: refusals[status] })
  // Exactly the keys named by the signature were put in above.
  return picked as Pick<Refusals, S | 401 | 403 | 429 | 500 | 503>
}
