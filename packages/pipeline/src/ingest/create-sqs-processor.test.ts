import { gunzipSync } from 'node:zlib'
import { claimCheckBody, decodeArchivedMessage } from '@lean-ops/common/messages/claim-check'
import {
  decodeLineage,
  encodeLineage,
  type Lineage,
  lineageAttributeName,
} from '@lean-ops/common/messages/lineage'
import { sqsMessageBytesMax } from '@lean-ops/common/messages/message-size'
import { OutcomeMessage } from '@lean-ops/common/messages/outcome-message'
import { describe, expect, it } from 'vitest'
import { fault, type SentMessage } from './testing/fake-aws.ts'
import {
  processorUnderTest,
  queueArn,
  sqsRecord,
  testNow,
  testSecret,
} from './testing/processor-under-test.ts'

const lineageOf = (message: SentMessage | undefined): Lineage => {
  const decoded = decodeLineage(message?.attributes[lineageAttributeName]?.value ?? '', testSecret)
  if (!decoded.ok) throw new Error(`no lineage: ${decoded.reason}`)
  return decoded.lineage
}

const outcomeOf = (text: string | undefined): OutcomeMessage => OutcomeMessage.parse(JSON.parse(text ?? ''))

const replayed: Lineage = {
  messageId: 'the-first-id',
  publishTime: '2025-11-01T00:00:00.000007Z',
  firstReceived: '2025-11-01T00:00:01.000Z',
  editRevision: 2,
  replayId: 'op-1:9',
  attempt: 3,
  originArn: queueArn('orders'),
}

const lineageAttribute = (lineage: Lineage, secret = testSecret) => ({
  [lineageAttributeName]: { dataType: 'String', stringValue: encodeLineage(lineage, secret) },
})

describe('a good message', () => {
  it('becomes one RAW row with its body byte for byte', async () => {
    const p = processorUnderTest()
    const body = '{ "orderId": 5.50, "publish_time":"2026-01-01T00:00:00.000001Z", "correlationId":"c" }'

    const failed = await p.run([sqsRecord({ id: 'sqs-1', body })])

    expect(failed).toEqual([])
    expect(p.rows).toEqual([
      {
        topic: 'orders',
        message_id: 'sqs-1',
        sqs_message_id: 'sqs-1',
        idempotency_key: '5.50',
        period_reference: null,
        correlation_id: 'c',
        publish_time: Date.UTC(2026, 0, 1) * 1000 + 1,
        ingestion_ts: testNow * 1000,
        edit_revision: 0,
        replay_id: null,
        origin_arn: queueArn('orders'),
        message_attributes: null,
        payload_encoding: 'none',
        json_payload: body,
      },
    ])
    expect(Object.keys(p.rows[0] ?? {})[0]).toBe('topic')
  })

  it('keeps all ten of its attributes with their types', async () => {
    const p = processorUnderTest()
    const attributes = {
      n: { dataType: 'Number.int', stringValue: '5.50' },
      b: { dataType: 'Binary', binaryValue: 'AP8=' },
      ...Object.fromEntries(
        Array.from({ length: 8 }, (_, i) => [`s${i}`, { dataType: 'String', stringValue: `v${i}` }]),
      ),
    }

    await p.run([sqsRecord({ id: 'a', body: '{}', attributes })])

    const kept = JSON.parse(String(p.rows[0]?.message_attributes))
    expect(Object.keys(kept)).toHaveLength(10)
    expect(kept).toMatchObject({
      n: { type: 'Number.int', value: '5.50' },
      b: { type: 'Binary', value: 'AP8=' },
    })
  })

  it('goes to the table of its own queue: user-events is not events', async () => {
    const p = processorUnderTest()

    await p.run([
      sqsRecord({ id: 'a', body: '{}', topic: 'user-events' }),
      sqsRecord({ id: 'b', body: '{}', topic: 'payments' }),
    ])

    expect(p.rows.map((r) => [r.topic, r.message_id])).toEqual([
      ['user-events', 'a'],
      ['payments', 'b'],
    ])
    expect(p.outcomes.map((o) => outcomeOf(o).sink.stream)).toEqual([
      'lean-ops-test-raw-0',
      'lean-ops-test-raw-1',
    ])
  })

  it('takes 500 in one call', async () => {
    const p = processorUnderTest()
    const records = Array.from({ length: 500 }, (_, i) => sqsRecord({ id: `m${i}`, body: `{"i":${i}}` }))

    expect(await p.run(records)).toEqual([])

    expect(p.calls.put).toBe(1)
    expect(p.rows).toHaveLength(500)
  })
})

describe('size', () => {
  it('takes a body of exactly 1 MiB, compressed, and it comes back byte for byte', async () => {
    const p = processorUnderTest()
    const body = `{"text":"${'ab"'.replace('"', '\\"').repeat(262_141)}"}`.padEnd(sqsMessageBytesMax, ' ')
    expect(Buffer.byteLength(body)).toBe(sqsMessageBytesMax)

    expect(await p.run([sqsRecord({ id: 'big', body })])).toEqual([])

    const [row] = p.rows
    expect(row?.payload_encoding).toBe('gzip+base64')
    expect(gunzipSync(Buffer.from(String(row?.json_payload), 'base64')).toString()).toBe(body)
  })

  it('measures after encoding: a text of quotes doubles', async () => {
    const p = processorUnderTest()
    const quotes = `{"q":"${'\\"'.repeat(260_000)}"}`

    await p.run([sqsRecord({ id: 'q', body: quotes })])

    expect(p.rows[0]?.payload_encoding).toBe('gzip+base64')
  })

  it('archives what does not compress and dead-letters it with a claim check', async () => {
    const p = processorUnderTest()
    const body = JSON.stringify({ orderId: 'o', noise: noise(sqsMessageBytesMax - 40) })

    expect(await p.run([sqsRecord({ id: 'noise', body })])).toEqual([])

    expect(p.rows).toEqual([])
    const [letter] = p.deadLetters
    const lineage = lineageOf(letter)
    expect(letter?.body).toBe(claimCheckBody)
    expect(lineage.lastFailure?.code).toBe('TOO_LARGE')
    const check = lineage.claimCheck
    if (!check) throw new Error('no claim check')
    expect(check.size).toBe(Buffer.byteLength(body))
    expect(decodeArchivedMessage(p.objects.get(check.key) ?? '', check)?.body).toBe(body)
  })

  it('sends a full event of 6 MB in calls of at most 4 MiB', async () => {
    const p = processorUnderTest()
    const records = Array.from({ length: 7 }, (_, i) =>
      sqsRecord({ id: `m${i}`, body: JSON.stringify({ noise: noise(850_000) }) }),
    )

    expect(await p.run(records)).toEqual([])

    expect(p.calls.put).toBe(2)
    expect(p.rows).toHaveLength(7)
  })
})

describe('permanent faults', () => {
  it.each([
    ['', 'EMPTY_BODY'],
    ['"""""""', 'MALFORMED_JSON'],
    ['{"a":NaN}', 'MALFORMED_JSON'],
    ['[1]', 'NOT_AN_OBJECT'],
    ['null', 'NOT_AN_OBJECT'],
    ['{"e":"\ud800"}', 'INVALID_UTF8'],
    ['{"messageId":"x","payload":null}', 'MALFORMED_PAYLOAD'],
  ])('%j is dead-lettered as %s, and acknowledged', async (body, code) => {
    const p = processorUnderTest()

    expect(await p.run([sqsRecord({ id: 'bad', body })])).toEqual([])

    const [letter] = p.deadLetters
    const lineage = lineageOf(letter)
    expect(lineage.lastFailure).toMatchObject({ stage: 'ingest', code })
    expect(lineage.originArn).toBe(queueArn('orders'))
    const archived = lineage.claimCheck
      ? decodeArchivedMessage(p.objects.get(lineage.claimCheck.key) ?? '', lineage.claimCheck)?.body
      : letter?.body
    expect(archived).toBe(body)
  })

  it('keeps attributes beside the lineage; with ten of them the message is archived', async () => {
    const p = processorUnderTest()
    const attributes = (n: number) =>
      Object.fromEntries(
        Array.from({ length: n }, (_, i) => [`a${i}`, { dataType: 'String', stringValue: `v${i}` }]),
      )

    await p.run([
      sqsRecord({ id: 'nine', body: 'x', attributes: attributes(9) }),
      sqsRecord({ id: 'ten', body: 'y', attributes: attributes(10) }),
    ])

    const [nine, ten] = p.deadLetters
    expect(Object.keys(nine?.attributes ?? {})).toHaveLength(10)
    expect(ten?.body).toBe(claimCheckBody)
    const check = lineageOf(ten).claimCheck
    if (!check) throw new Error('no claim check')
    const archived = decodeArchivedMessage(p.objects.get(check.key) ?? '', check)
    expect(Object.keys(archived?.attributes ?? {})).toHaveLength(10)
  })

  it('archives a bad body of exactly 1 MiB: body and lineage together do not fit', async () => {
    const p = processorUnderTest()

    expect(await p.run([sqsRecord({ id: 'q', body: '"'.repeat(sqsMessageBytesMax) })])).toEqual([])

    expect(lineageOf(p.deadLetters[0]).claimCheck?.size).toBe(sqsMessageBytesMax)
  })

  it('reports the message failed when the dead-letter queue does not take it, and does not throw', async () => {
    const p = processorUnderTest({ sendCall: () => fault('AccessDenied', { $fault: 'client' }) })

    const failed = await p.run([sqsRecord({ id: 'good', body: '{}' }), sqsRecord({ id: 'bad', body: 'x' })])

    expect(failed).toEqual(['bad'])
    expect(p.rows).toHaveLength(1)
    expect(p.calls.send).toBe(1)
  })

  it('reports just the entries that the queue refused', async () => {
    const p = processorUnderTest({
      sendEntry: (body) =>
        body === 'x3' ? { code: 'InvalidMessageContents', isSenderFault: true } : undefined,
    })
    const records = Array.from({ length: 12 }, (_, i) => sqsRecord({ id: `m${i}`, body: `x${i}` }))

    expect(await p.run(records)).toEqual(['m3'])
    expect(p.deadLetters).toHaveLength(11)
  })

  it('acknowledges nothing that could not be archived', async () => {
    const p = processorUnderTest({ putObject: () => fault('SlowDown') })

    expect(await p.run([sqsRecord({ id: 'q', body: '"'.repeat(sqsMessageBytesMax) })])).toEqual(['q'])
    expect(p.deadLetters).toEqual([])
    expect(p.calls.putObject).toBe(5)
  })
})

describe('the sink on bad days', () => {
  const three = [1, 2, 3].map((i) => sqsRecord({ id: `m${i}`, body: `{"i":${i}}` }))

  it('resends just the refused entry', async () => {
    const p = processorUnderTest({
      putEntry: (row, call) =>
        call < 3 && row.message_id === 'm2' ? 'ServiceUnavailableException' : undefined,
    })

    expect(await p.run([sqsRecord({ id: 'bad', body: 'x' }), ...three])).toEqual([])

    expect(p.rows.map((r) => r.message_id)).toEqual(['m1', 'm3', 'm2'])
    expect(p.calls.put).toBe(3)
    expect(outcomeOf(p.outcomes[0]).sink).toMatchObject({ calls: 3, refusedEntries: 2, retriedEntries: 2 })
  })

  it('reports exactly the entry that stays refused, by identity', async () => {
    const p = processorUnderTest({
      putEntry: (row) => (row.message_id === 'm1' ? 'InternalFailure' : undefined),
    })

    expect(await p.run([sqsRecord({ id: 'bad', body: 'x' }), ...three])).toEqual(['m1'])
    expect(p.rows.map((r) => r.message_id)).toEqual(['m2', 'm3'])
    expect(p.calls.put).toBe(5)
  })

  it('retries a call that timed out', async () => {
    const p = processorUnderTest({ putCall: (call) => (call === 1 ? fault('TimeoutError') : undefined) })

    expect(await p.run(three)).toEqual([])
    expect(p.rows).toHaveLength(3)
  })

  it('does not burn retries on a fault of ours', async () => {
    const p = processorUnderTest({ putCall: () => fault('AccessDeniedException', { $fault: 'client' }) })

    expect(await p.run(three)).toEqual(['m1', 'm2', 'm3'])
    expect(p.calls.put).toBe(1)
    expect(outcomeOf(p.outcomes[0]).failures).toEqual([
      { code: 'ACCESS_DENIED', class: 'config', action: 'failed', fresh: 3, replayed: 0 },
    ])
  })

  it('stops in time: what is left goes back to the queue', async () => {
    const p = processorUnderTest({ putEntry: () => 'ServiceUnavailableException' }, { remainingMs: 5_100 })

    expect(await p.run(three)).toEqual(['m1', 'm2', 'm3'])
    expect(p.calls.put).toBeLessThan(4)
  })
})

describe('lineage', () => {
  it('gives a replay its first id and time, and confirms it', async () => {
    const p = processorUnderTest()
    const attributes = lineageAttribute(replayed)

    await p.run([sqsRecord({ id: 'sqs-new', body: '{"message_id":"edited"}', attributes })])

    expect(p.rows[0]).toMatchObject({
      message_id: 'the-first-id',
      sqs_message_id: 'sqs-new',
      publish_time: Date.UTC(2025, 10, 1) * 1000 + 7,
      edit_revision: 2,
      replay_id: 'op-1:9',
      message_attributes: null,
    })
    const outcome = outcomeOf(p.outcomes[0])
    expect(outcome.confirmations).toEqual([{ messageId: 'the-first-id', replayId: 'op-1:9', attempt: 3 }])
    expect(outcome.accepted).toEqual({ fresh: 0, replayed: 1 })
  })

  it('returns with its whole lineage when it fails again', async () => {
    const p = processorUnderTest()

    await p.run([sqsRecord({ id: 'n', body: 'still bad', attributes: lineageAttribute(replayed) })])

    expect(lineageOf(p.deadLetters[0])).toMatchObject({
      ...replayed,
      lastFailure: { code: 'MALFORMED_JSON' },
    })
    expect(outcomeOf(p.outcomes[0]).returns).toEqual([
      { messageId: 'the-first-id', replayId: 'op-1:9', attempt: 3, code: 'MALFORMED_JSON' },
    ])
  })

  it.each([
    ['LINEAGE_FORGED', lineageAttribute(replayed, 'not our secret')],
    ['LINEAGE_FOREIGN', lineageAttribute({ ...replayed, originArn: queueArn('payments') })],
  ])('%s is ignored and counted; the message is accepted as new', async (code, attributes) => {
    const p = processorUnderTest()

    expect(await p.run([sqsRecord({ id: 'sqs-1', body: '{}', attributes })])).toEqual([])

    expect(p.rows[0]).toMatchObject({ message_id: 'sqs-1', edit_revision: 0, replay_id: null })
    const outcome = outcomeOf(p.outcomes[0])
    expect(outcome.findings).toEqual([{ code, count: 1, samples: [{ messageId: 'sqs-1' }] }])
    expect(outcome.confirmations).toEqual([])
  })

  it('fetches the body of a claim check, and dead-letters one whose body is gone', async () => {
    const p = processorUnderTest()
    await p.run([sqsRecord({ id: 'q', body: '"'.repeat(sqsMessageBytesMax) })])
    const lineage = lineageOf(p.deadLetters[0])
    const attributes = lineageAttribute(lineage)

    await p.run([sqsRecord({ id: 'again', body: claimCheckBody, attributes })])
    p.objects.clear()
    await p.run([sqsRecord({ id: 'gone', body: claimCheckBody, attributes })])

    const codes = p.deadLetters.map((d) => lineageOf(d).lastFailure?.code)
    expect(codes).toEqual(['MALFORMED_JSON', 'MALFORMED_JSON', 'CLAIM_CHECK_MISSING'])
    expect(p.rows).toEqual([])
  })
})

describe('around the messages', () => {
  it('fails closed for a queue that no contract names', async () => {
    const p = processorUnderTest()

    expect(await p.run([sqsRecord({ id: 'a', body: '{}', topic: 'unheard-of' })])).toEqual(['a'])

    expect(p.calls).toEqual({ put: 0, send: 0, putObject: 0 })
    expect(outcomeOf(p.outcomes[0])).toMatchObject({ topic: null, failed: { fresh: 1, replayed: 0 } })
  })

  it('does not fail the batch when the outcome cannot be sent', async () => {
    const p = processorUnderTest({ outcome: () => fault('AccessDenied') })

    expect(await p.run([sqsRecord({ id: 'a', body: '{}' })])).toEqual([])

    expect(p.metricLines).toContainEqual(['OutcomeSendFailed', 1])
    expect(JSON.stringify(p.logLines)).toContain('outcome not sent')
  })

  it('puts each message into the bucket of its latency', async () => {
    const p = processorUnderTest()
    const ages = [500, 1_000, 1_001, 59_000, 3_600_000, 3_600_001]

    await p.run(ages.map((age, i) => sqsRecord({ id: `m${i}`, body: '{}', sentMs: testNow - age })))

    expect(outcomeOf(p.outcomes[0]).latencyCounts).toEqual([2, 1, 0, 1, 0, 0, 1, 1])
  })

  it('writes no payload, attribute or secret into logs, metrics, outcomes or lineages', async () => {
    const canary = 'CANARY-7f3a'
    const p = processorUnderTest({
      putEntry: (row) => (row.message_id === 'm1' ? 'InternalFailure' : undefined),
    })
    const attributes = { note: { dataType: 'String', stringValue: canary } }
    const bodies = [
      `{"a":"${canary}"}`,
      canary,
      `{"${canary}":`,
      `["${canary}"]`,
      `{"messageId":"x","payload":"${canary}"}`,
    ]

    await p.run(bodies.map((body, i) => sqsRecord({ id: `m${i}`, body, attributes })))

    const failures = p.deadLetters.map((d) => lineageOf(d).lastFailure)
    const written = JSON.stringify([p.logLines, p.metricLines, p.outcomes, failures])
    expect(written).toContain('MALFORMED_JSON')
    expect(written).not.toContain(canary)
    expect(written).not.toContain(testSecret)
  })
})

/** Text that gzip cannot shorten below its base64 size: all of base64's alphabet, from a fixed generator. */
function noise(length: number): string {
  const alphabet = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter(
    (c) => c !== '"' && c !== '\\',
  )
  let state = 1
  let text = ''
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    text += alphabet[(state >>> 16) % alphabet.length]
  }
  return text
}
