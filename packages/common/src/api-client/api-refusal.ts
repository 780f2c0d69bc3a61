/** A refusal by the API, with its code and details. */
export class ApiRefusal extends Error {
  readonly status: number
  readonly code: string
  readonly details: unknown
  readonly requestId: string | undefined

  constructor(
    status: number,
    code: string,
    message: string,
    details: unknown,
    requestId: string | undefined,
  ) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
    this.requestId = requestId
  }
}
