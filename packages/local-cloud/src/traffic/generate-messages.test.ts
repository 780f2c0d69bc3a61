import { businessKeys, identifyMessage } from '@lean-ops/common/messages/identify-message'
import { sqsAttributesMax, sqsMessageBytesMax } from '@lean-ops/common/messages/message-size'
import { recogniseBody } from '@lean-ops/common/messages/recognise-body'
import { encodeRawRecord } from '@lean-ops/pipeline/ingest/encode-raw-record'
import { describe, expect, it } from 'vitest'
import { defaultShares, generateMessages, type TrafficMessage, trafficKinds } from './generate-messages.ts'
import { webhooksByTopic } from './github-webhooks.ts'

const keyPaths: Record<string, string[]> = {
  orders: ['orderId'],
  payments: ['paymentId'],
  events: ['eventId'],
}
const options = {
  seed: 7,
  count: 3_000,
  topics: ['orders', 'payments', 'events', 'user-events', 'gh-push', 'gh-issues'] as const,
  shares: { ...defaultShares, oversize: 0.003 },
  startMs: Date.UTC(2026, 0, 2),
}

/** What our own ingestion makes of the message: the same code as the handler's, without its clients. */
function ingested(m: TrafficMessage): { end: string; messageId: string; key: string | null } {
  const sqs = { messageId: 'sqs', sentTimestampMs: Date.UTC(2026, 0, 3) }
  const recognised = recogniseBody(m.body)
  const identity = identifyMessage(recognised.producer, sqs, undefined)
  const { messageId } = identity
  if (!recognised.ok) return { end: recognised.fault.code, messageId, key: null }
  const { idempotencyKey } = businessKeys(recognised, keyPaths[m.topic] ?? null)
  const record = encodeRawRecord({
    topic: m.topic,
    message_id: messageId,
    sqs_message_id: 'sqs',
    idempotency_key: idempotencyKey,
    period_reference: null,
    correlation_id: null,
    publish_time: identity.publishTimeMicros,
    ingestion_ts: 0,
    edit_revision: 0,
    replay_id: null,
    origin_arn: 'arn',
    message_attributes: null,
    payload_encoding: 'none',
    json_payload: m.body,
  })
  expect(identity.findings).toEqual([])
  return { end: record ? 'raw' : 'TOO_LARGE', messageId, key: idempotencyKey }
}

describe('generateMessages', () => {
  const messages = [...generateMessages(options)]

  it('is the same for the same seed, and another for another', () => {
    expect([...generateMessages(options)]).toEqual(messages)
    expect([...generateMessages({ ...options, seed: 8, count: 10 })]).not.toEqual(messages.slice(0, 10))
  })

  it('knows of every message where it ends, under which id and key', () => {
    for (const m of messages) {
      const { ingest, messageId, key } = m.expected
      const end = ingest.end === 'raw' ? 'raw' : ingest.code
      const known = { end, messageId: messageId ?? 'sqs', key: end === 'raw' ? key : null }
      const actual = ingested(m)
      expect({ ...actual, key: actual.end === 'raw' ? actual.key : null }).toEqual(known)
    }
  })

  it('sends every kind, and nothing that SQS would refuse', () => {
    expect(new Set(messages.map((m) => m.kind))).toEqual(new Set(['plain', ...trafficKinds]))
    for (const m of messages) {
      expect(m.body).not.toBe('')
      expect(Buffer.byteLength(m.body)).toBeLessThan(sqsMessageBytesMax - 1_000)
      expect(Object.keys(m.attributes).length).toBeLessThanOrEqual(sqsAttributesMax)
    }
  })

  it('repeats bodies only as duplicates, and gives corrections a later and late ones an earlier version', () => {
    const latest = new Map<string, string>()
    const bodies = new Set<string>()
    for (const m of messages) {
      const { key, version, messageId } = m.expected
      if (m.kind === 'duplicate') expect(bodies).toContain(m.body)
      else if (messageId !== null) expect(bodies).not.toContain(m.body)
      bodies.add(m.body)
      if (key === null || version === null || m.kind === 'duplicate') continue
      const before = latest.get(`${m.topic} ${key}`)
      if (m.kind === 'correction') expect(version > (before ?? '')).toBe(true)
      else if (m.kind === 'late') expect(version < (before ?? '')).toBe(true)
      else expect(before).toBeUndefined()
      if (before === undefined || version > before) latest.set(`${m.topic} ${key}`, version)
    }
  })

  it('has a topic for all 329 real webhooks', () => {
    expect([...webhooksByTopic.values()].flat()).toHaveLength(329)
    for (const topic of ['gh-push', 'gh-pull-request', 'gh-issues', 'gh-workflow', 'user-events'])
      expect(webhooksByTopic.get(topic)?.length).toBeGreaterThan(5)
  })
})
