import { describe, expect, it } from 'vitest'
import { classifyEntryCode, classifyFault } from './classify-fault.ts'
import { fault } from './testing/fake-aws.ts'

describe('classifyFault', () => {
  it.each([
    [fault('AccessDeniedException', { $fault: 'client' }), 'ACCESS_DENIED', false],
    [fault('Odd', { $metadata: { httpStatusCode: 403 } }), 'ACCESS_DENIED', false],
    [fault('ResourceNotFoundException', { $fault: 'client' }), 'SINK_MISCONFIGURED', false],
    [fault('Odd', { $fault: 'client' }), 'SINK_MISCONFIGURED', false],
    [fault('ServiceUnavailableException', { $fault: 'server' }), 'SINK_THROTTLED', true],
    [fault('Odd', { $retryable: { throttling: true } }), 'SINK_THROTTLED', true],
    [fault('Odd', { $metadata: { httpStatusCode: 429 } }), 'SINK_THROTTLED', true],
    [fault('Odd', { $metadata: { httpStatusCode: 503 } }), 'SINK_UNAVAILABLE', true],
    [fault('Odd', { $fault: 'server' }), 'SINK_UNAVAILABLE', true],
    [fault('Odd', { $retryable: {} }), 'SINK_UNAVAILABLE', true],
    [fault('Error', { code: 'ECONNRESET' }), 'SINK_UNAVAILABLE', true],
    [fault('TimeoutError'), 'SINK_UNAVAILABLE', true],
    [new TypeError('x is not a function'), 'INTERNAL_FAILURE', false],
    ['a text', 'INTERNAL_FAILURE', false],
    [null, 'INTERNAL_FAILURE', false],
  ])('%s → %s', (error, code, isRetryable) => {
    expect(classifyFault(error)).toMatchObject({ code, isRetryable })
  })

  it('reads no message: texts that fooled the old rules', () => {
    const texts = [
      'Invalid JSON response from Firehose: 503',
      'Failed to decode STS response: connection reset',
      'AccessDenied: provisioned throughput',
    ]
    expect(texts.map((t) => classifyFault(new Error(t)).code)).toEqual([
      'INTERNAL_FAILURE',
      'INTERNAL_FAILURE',
      'INTERNAL_FAILURE',
    ])
  })

  it('retries an entry code that it does not know', () => {
    expect(classifyEntryCode('Odd')).toMatchObject({ code: 'SINK_UNAVAILABLE', isRetryable: true })
    expect(classifyEntryCode('AccessDeniedException')).toMatchObject({ isRetryable: false })
  })
})
