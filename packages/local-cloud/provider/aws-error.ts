/** True when an AWS error has one of these names (its code, never its text). */
export function isErrorNamed(error: unknown, ...names: readonly string[]): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { name, Code } = error as { name?: unknown; Code?: unknown }
  return names.some((candidate) => candidate === name || candidate === Code)
}

/** Every service's way to say "there is no such thing". */
export function isNotFound(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  return status === 404 || isErrorNamed(error, ...notFoundNames)
}

const notFoundNames = [
  'AWS.SimpleQueueService.NonExistentQueue',
  'EntityNotFoundException',
  'NoSuchBucket',
  'NoSuchEntity',
  'NoSuchEntityException',
  'NotFound',
  'NotFoundException',
  'ParameterNotFound',
  'QueueDoesNotExist',
  'ResourceNotFound',
  'ResourceNotFoundException',
  'StateMachineDoesNotExist',
]

/** Runs `action`; an error with one of the names gives undefined, any other is thrown on. */
export async function tolerate<T>(
  names: readonly string[],
  action: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await action()
  } catch (error) {
    if (isErrorNamed(error, ...names)) return undefined
    throw error
  }
}

/** Reads something that may be gone: undefined when the service says so. */
export async function readOrGone<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action()
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
