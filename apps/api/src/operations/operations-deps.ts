import type { OperationMessage } from '@lean-ops/common/messages/operation-message'

/** How the API reaches the worker and the exports it wrote. */
export type OperationsDeps = {
  /** Tells the worker; when that fails, the ticker finds the operation within a minute. */
  wake: (message: OperationMessage, delaySeconds: number) => Promise<void>
  /** A link to one object, for `seconds`. */
  linkTo: (place: { bucket: string; key: string; fileName: string }, seconds: number) => Promise<string>
}
