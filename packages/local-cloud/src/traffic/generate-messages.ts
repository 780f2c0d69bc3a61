import type { FailureCode } from '@lean-ops/common/contract/failure-code'
import type { TypedAttributes } from '@lean-ops/common/messages/message-attributes'
import { composers, drifted, type Fact, type Members, objectText } from './compose-payload.ts'
import { createRandom, type Random } from './create-random.ts'
import { webhooksByTopic } from './github-webhooks.ts'
import { malformedBodies, oversizeBody } from './spoil-body.ts'
import { wrapPayload } from './wrap-payload.ts'

/** What is odd about a message; `plain` = nothing. */
export const trafficKinds = [
  'duplicate',
  'correction',
  'late',
  'drift',
  'malformed',
  'keyless',
  'oversize',
  'poison',
] as const
export type TrafficKind = 'plain' | (typeof trafficKinds)[number]
export type TrafficShares = Readonly<Record<(typeof trafficKinds)[number], number>>

export const defaultShares: TrafficShares = {
  duplicate: 0.05,
  correction: 0.05,
  late: 0.03,
  drift: 0.03,
  malformed: 0.02,
  keyless: 0.01,
  oversize: 0.0005,
  poison: 0.02,
}

/** Where a message must end, known when it is made. */
export type Expected = {
  ingest: { end: 'raw' } | { end: 'dead-letter'; code: FailureCode }
  /** Of what reaches RAW in a topic with a contract: does it pass the semantic job? null for drafts. */
  semantic: 'passes' | FailureCode | null
  /** The id that RAW will show; null = SQS's own, known once it is sent. */
  messageId: string | null
  key: string | null
  /** RFC 3339; decides who wins among versions of a key. */
  version: string | null
}

export type TrafficMessage = {
  serial: number
  topic: string
  kind: TrafficKind
  body: string
  attributes: TypedAttributes
  expected: Expected
}

export type TrafficOptions = {
  seed: number
  count: number
  topics: readonly [string, ...string[]]
  shares: TrafficShares
  /** Versions and publish times count up from here. */
  startMs: number
}

type Sent = { message: TrafficMessage; fact: Fact }

/** How far back duplicates, corrections and late messages reach. */
const memory = 500

/** A stream of messages with known ground truth; the same options give the same messages. Topics must be of `contracts/`. */
export function* generateMessages(options: TrafficOptions): Generator<TrafficMessage> {
  const random = createRandom(options.seed)
  const run = random.hex(6)
  const recent = new Map<string, Sent[]>()
  for (let serial = 0; serial < options.count; serial += 1) {
    const topic = random.pick(options.topics)
    const earlier = recent.get(topic) ?? []
    const kind = pickKind(options.shares, random)
    const versionMs = options.startMs + serial * 10
    const sent = composers[topic]
      ? contracted({ topic, kind, serial, run, versionMs, earlier, random })
      : webhook({ topic, kind, serial, run, versionMs, earlier, random })
    if (sent.message.expected.ingest.end === 'raw' && sent.message.kind !== 'oversize')
      recent.set(topic, [...earlier.slice(1 - memory), sent])
    yield sent.message
  }
}

type Context = {
  topic: string
  kind: TrafficKind
  serial: number
  run: string
  versionMs: number
  earlier: readonly Sent[]
  random: Random
}

function pickKind(shares: TrafficShares, random: Random): TrafficKind {
  let left = random.next()
  for (const kind of trafficKinds) {
    left -= shares[kind]
    if (left < 0) return kind
  }
  return 'plain'
}

const pickEarlier = ({ earlier, random }: Context): Sent | undefined => earlier[random.below(earlier.length)]

/** A topic with a contract: objects with keys and versions, in all the envelopes that producers use. */
function contracted(context: Context): Sent {
  const { topic, serial, run, versionMs, random } = context
  const composer = composers[topic]
  if (!composer) throw new Error(`no composer for ${topic}`)
  const before = pickEarlier(context)
  // Kinds that need an earlier message are plain at the very beginning.
  const kind = before || !['duplicate', 'correction', 'late'].includes(context.kind) ? context.kind : 'plain'
  if (kind === 'duplicate' && before) return again(before, serial)
  if (kind === 'malformed') return malformed(context)

  const fact: Fact = {
    serial,
    key: before && (kind === 'correction' || kind === 'late') ? before.fact.key : `${topic}-${run}-${serial}`,
    versionMs: before && kind === 'late' ? before.fact.versionMs - 60_000 : versionMs,
  }
  const messageId = `${run}-${serial}`
  let members: Members = composer.compose(fact, random)
  let semantic: Expected['semantic'] = 'passes'
  let ingest: Expected['ingest'] = { end: 'raw' }
  let key: string | null = fact.key
  if (kind === 'drift') members = drifted(members, random)
  if (kind === 'poison') {
    const poison = random.pick(composer.poisons)
    members = new Map([...members, ...poison.members])
    semantic = poison.code
  }
  if (kind === 'keyless') {
    members = new Map([...members, [composer.keyName, 'null']])
    semantic = 'CDE_MISSING'
    key = null
  }
  let body = wrapPayload(objectText(members), { messageId, publishMs: versionMs }, random)
  if (kind === 'oversize') {
    const big = oversizeBody(objectText(members), messageId, random)
    body = big.body
    if (big.isTooLarge) ingest = { end: 'dead-letter', code: 'TOO_LARGE' }
  }
  return {
    fact,
    message: {
      serial,
      topic,
      kind,
      body,
      attributes: serial % 3 === 0 ? producerAttributes(serial) : {},
      expected: {
        ingest,
        semantic: ingest.end === 'raw' ? semantic : null,
        messageId,
        key,
        version: new Date(fact.versionMs).toISOString(),
      },
    },
  }
}

/** A draft topic: real GitHub deliveries as GitHub sends them; user-events in shape A, which has ids of its own. */
function webhook(context: Context): Sent {
  const { topic, serial, run, versionMs, random } = context
  const examples = webhooksByTopic.get(topic)
  const example = examples?.[random.below(examples.length)]
  if (!example) throw new Error(`no sample payloads for topic ${topic}`)
  const before = pickEarlier(context)
  const hasOwnId = topic === 'user-events'
  if (context.kind === 'malformed') return malformed(context)
  if (context.kind === 'duplicate' && before && hasOwnId) return again(before, serial)
  const payload = JSON.stringify(example.payload)
  const messageId = hasOwnId ? `${run}-${serial}` : null
  return {
    fact: { key: '', versionMs, serial },
    message: {
      serial,
      topic,
      kind: 'plain',
      body: hasOwnId ? `{"messageId":"${messageId}","payload":${payload}}` : payload,
      attributes: {
        'X-GitHub-Event': { type: 'String', value: example.event },
        'X-GitHub-Delivery': { type: 'String', value: random.hex(32) },
      },
      expected: { ingest: { end: 'raw' }, semantic: null, messageId, key: null, version: null },
    },
  }
}

/** The network's duplicate: the same body once more, under another SQS id. */
const again = ({ message, fact }: Sent, serial: number): Sent => ({
  fact,
  message: { ...message, serial, kind: 'duplicate' },
})

function malformed({ topic, serial, versionMs, random }: Context): Sent {
  const { body, code } = random.pick(malformedBodies)
  return {
    fact: { key: '', versionMs, serial },
    message: {
      serial,
      topic,
      kind: 'malformed',
      body: body(serial),
      attributes: {},
      expected: {
        ingest: { end: 'dead-letter', code },
        semantic: null,
        messageId: null,
        key: null,
        version: null,
      },
    },
  }
}

const producerAttributes = (serial: number): TypedAttributes => ({
  source: { type: 'String', value: 'traffic' },
  serial: { type: 'Number', value: `${serial}.50` },
  trace: { type: 'Binary', value: Buffer.from([serial & 255, 0, 255]).toString('base64') },
})
