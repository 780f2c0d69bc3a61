import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLineage, encodeLineage, type Lineage } from './lineage.ts'

const secret = 'a-secret-of-the-test'

const lineage: Lineage = {
  messageId: 'm-1 ☃',
  publishTime: '2026-01-02T03:04:05.678901Z',
  firstReceived: '2026-01-02T03:04:06.000Z',
  editRevision: 2,
  replayId: 'op-7:3',
  attempt: 3,
  originArn: 'arn:aws:sqs:us-east-1:000000000000:lean-ops-test-orders-queue',
  lastFailure: { stage: 'semantic', code: 'TYPE_CAST', message: 'amount' },
  claimCheck: { bucket: 'b', key: 'k', size: 3, sha256: 'ff' },
}

const arbitrary: fc.Arbitrary<Lineage> = fc.record(
  {
    messageId: fc.string({ unit: 'grapheme' }),
    publishTime: fc.string(),
    firstReceived: fc.string(),
    editRevision: fc.nat(),
    attempt: fc.nat(),
    originArn: fc.string(),
    replayId: fc.string(),
    lastFailure: fc.record({
      stage: fc.constantFrom('ingest', 'delivery', 'curated', 'semantic'),
      code: fc.string(),
      message: fc.string({ maxLength: 300 }),
    }),
    claimCheck: fc.record({ bucket: fc.string(), key: fc.string(), size: fc.nat(), sha256: fc.string() }),
  },
  { requiredKeys: ['messageId', 'publishTime', 'firstReceived', 'editRevision', 'attempt', 'originArn'] },
)

describe('lineage', () => {
  it('comes back as it was', () => {
    expect(decodeLineage(encodeLineage(lineage, secret), secret)).toEqual({ ok: true, lineage })
  })

  it('comes back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(arbitrary, (l) => {
        expect(decodeLineage(encodeLineage(l, secret), secret)).toEqual({ ok: true, lineage: l })
      }),
    )
  })

  it('is forged after any change of a character', () => {
    const text = encodeLineage(lineage, secret)
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('A', 'b', '7', '-', '.'), (at, c) => {
        fc.pre(text[at] !== c)
        const changed = text.slice(0, at) + c + text.slice(at + 1)
        // The last character carries only two bits of the signature: some changes of it are no change.
        fc.pre(at !== text.length - 1)
        expect(decodeLineage(changed, secret)).toEqual({ ok: false, reason: 'forged' })
      }),
    )
  })

  it('is forged under another secret, without a signature, and for any text', () => {
    const text = encodeLineage(lineage, secret)
    expect(decodeLineage(text, 'another')).toEqual({ ok: false, reason: 'forged' })
    expect(decodeLineage(text.slice(0, text.indexOf('.') + 1), secret)).toEqual({
      ok: false,
      reason: 'forged',
    })
    fc.assert(
      fc.property(fc.string(), (any) => {
        expect(decodeLineage(any, secret)).toEqual({ ok: false, reason: 'forged' })
      }),
    )
  })

  it('is malformed when it is ours but of a version that we do not read', () => {
    expect(decodeLineage(signed('{"v":2}'), secret)).toEqual({ ok: false, reason: 'malformed' })
    expect(decodeLineage(signed('no json'), secret)).toEqual({ ok: false, reason: 'malformed' })
  })

  it('cuts a long failure message to 300 characters', () => {
    const long: Lineage = {
      ...lineage,
      lastFailure: { stage: 'ingest', code: 'MALFORMED_JSON', message: 'x'.repeat(5_000) },
    }
    const decoded = decodeLineage(encodeLineage(long, secret), secret)
    expect(decoded.ok && decoded.lineage.lastFailure?.message).toBe('x'.repeat(300))
  })
})

/** Signs any text the way the codec does, by HMAC over its base64url. */
function signed(json: string): string {
  const body = Buffer.from(json).toString('base64url')
  const hmac = createHmac('sha256', secret).update(body).digest().subarray(0, 16)
  return `${body}.${hmac.toString('base64url')}`
}
