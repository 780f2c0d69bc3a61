import { failureClassOf } from '@lean-ops/common/contract/failure-catalogue'
import type { FailureClass, FailureCode } from '@lean-ops/common/contract/failure-code'

export type ClassifiedFault = { code: FailureCode; class: FailureClass; isRetryable: boolean }

const throttles = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'SlowDown',
  // Firehose's answer when the stream's throughput is used up, although it is called unavailable.
  'ServiceUnavailableException',
])

const denials = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'NotAuthorized',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'MissingAuthenticationToken',
  'ExpiredToken',
  'ExpiredTokenException',
  'CredentialsProviderError',
  'KmsAccessDenied',
  'KMSAccessDeniedException',
  'KMS.AccessDeniedException',
])

const misconfigurations = new Set([
  'ResourceNotFoundException',
  'InvalidArgumentException',
  'ValidationException',
  'InvalidKMSResourceException',
  'InvalidSourceException',
  'KmsDisabled',
  'KmsInvalidState',
  'KmsNotFound',
  'KmsInvalidKeyUsage',
  'KmsOptInRequired',
  'NoSuchBucket',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
])

/** Names that Node and the SDK's HTTP handler give to broken connections. */
const connectionFaults = new Set([
  'TimeoutError',
  'AbortError',
  'RequestTimeout',
  'NetworkingError',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'InternalFailure',
  'InternalServerException',
])

/** Whatever a call threw → what to do. By name, `$retryable`, `$fault`, status and Node's code; a message is never read. */
export function classifyFault(error: unknown): ClassifiedFault {
  if (typeof error !== 'object' || error === null) return classified('INTERNAL_FAILURE')
  const e = error as {
    name?: unknown
    code?: unknown
    $fault?: unknown
    $retryable?: { throttling?: boolean }
    $metadata?: { httpStatusCode?: number }
  }
  const byName = classifyName(String(e.name ?? '')) ?? classifyName(String(e.code ?? ''))
  if (byName) return byName
  if (e.$retryable?.throttling === true) return classified('SINK_THROTTLED')
  const status = e.$metadata?.httpStatusCode ?? 0
  if (status === 429) return classified('SINK_THROTTLED')
  if (status === 401 || status === 403) return classified('ACCESS_DENIED')
  if (e.$fault === 'server' || status >= 500 || e.$retryable !== undefined)
    return classified('SINK_UNAVAILABLE')
  if (e.$fault === 'client' || status >= 400) return classified('SINK_MISCONFIGURED')
  return classified('INTERNAL_FAILURE')
}

/** The `ErrorCode` of one refused entry. An unknown one is retried: the call itself was sound. */
export const classifyEntryCode = (errorCode: string): ClassifiedFault =>
  classifyName(errorCode) ?? classified('SINK_UNAVAILABLE')

function classifyName(name: string): ClassifiedFault | undefined {
  if (throttles.has(name)) return classified('SINK_THROTTLED')
  if (denials.has(name)) return classified('ACCESS_DENIED')
  if (misconfigurations.has(name)) return classified('SINK_MISCONFIGURED')
  if (connectionFaults.has(name)) return classified('SINK_UNAVAILABLE')
  return undefined
}

function classified(code: FailureCode): ClassifiedFault {
  const failureClass = failureClassOf(code)
  return { code, class: failureClass, isRetryable: failureClass === 'transient' }
}
