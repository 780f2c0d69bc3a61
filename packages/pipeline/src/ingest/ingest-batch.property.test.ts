import { gunzipSync } from 'node:zlib'
import { claimCheckBody, decodeArchivedMessage } from '@lean-ops/common/messages/claim-check'
import { decodeLineage, lineageAttributeName } from '@lean-ops/common/messages/lineage'
import { OutcomeMessage } from '@lean-ops/common/messages/outcome-message'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Faults, fault, type SentMessage } from './testing/fake-aws.ts'
import { processorUnderTest, sqsRecord, testSecret } from './testing/processor-under-test.ts'

const body = fc.oneof(
  { weight: 6, arbitrary: fc.object({ maxDepth: 2 }).map((o) => JSON.stringify(o)) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme' }) },
  // Near and over every limit: a record, a queue message with its lineage, what compresses and what does not.
  {
    weight: 1,
    arbitrary: fc.integer({ min: 900_000, max: 1_048_560 }).map((n) => `{"a":"${'x'.repeat(n)}"}`),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1_048_000, max: 1_048_576 }).map((n) => '"'.repeat(n)) },
)

const name = fc.constantFrom(
  'ServiceUnavailableException',
  'InternalFailure',
  'ThrottlingException',
  'TimeoutError',
  'AccessDeniedException',
  'ResourceNotFoundException',
  'NeverHeardOf',
)

/** What goes wrong, call by call and entry by entry; after the lists are used up, `rest` of the entries keep failing. */
const weather = fc.record({
  putCalls: fc.array(fc.option(name, { freq: 2 }), { maxLength: 6 }),
  putEntries: fc.array(fc.option(name, { freq: 1 }), { maxLength: 40 }),
  sendCalls: fc.array(fc.option(name, { freq: 2 }), { maxLength: 6 }),
  sendEntries: fc.array(fc.option(name, { freq: 1 }), { maxLength: 20 }),
  objects: fc.array(fc.option(name, { freq: 2 }), { maxLength: 8 }),
  outcomeFails: fc.boolean(),
  remainingMs: fc.constantFrom(60_000, 60_000, 6_000, 5_050, 4_000),
})

function toFaults(w: typeof weather extends fc.Arbitrary<infer W> ? W : never): Faults {
  const next = (list: (string | null)[]): string | undefined => list.shift() ?? undefined
  const thrown = (list: (string | null)[]) => (): Error | undefined => {
    const code = next(list)
    return code === undefined ? undefined : fault(code)
  }
  return {
    putCall: thrown([...w.putCalls]),
    putEntry: (
      (list) => () =>
        next(list)
    )([...w.putEntries]),
    sendCall: thrown([...w.sendCalls]),
    sendEntry: ((list) => () => {
      const code = next(list)
      return code === undefined ? undefined : { code, isSenderFault: false }
    })([...w.sendEntries]),
    putObject: thrown([...w.objects]),
    outcome: () => (w.outcomeFails ? fault('AccessDenied') : undefined),
  }
}

const textOf = (row: Record<string, unknown>): string =>
  row.payload_encoding === 'none'
    ? String(row.json_payload)
    : gunzipSync(Buffer.from(String(row.json_payload), 'base64')).toString()

describe('any batch in any weather', () => {
  it('ends each message as exactly one of stored, dead-lettered or reported failed, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ body, topic: fc.constantFrom('orders', 'payments', 'unheard-of') }), {
          maxLength: 25,
        }),
        weather,
        async (messages, w) => {
          const p = processorUnderTest(toFaults(w), { remainingMs: w.remainingMs })
          const records = messages.map((m, i) => sqsRecord({ id: `m${i}`, ...m }))

          const failed = await p.run(records)

          const lettered = (d: SentMessage): [string, string] => {
            const decoded = decodeLineage(d.attributes[lineageAttributeName]?.value ?? '', testSecret)
            if (!decoded.ok) throw new Error('a dead letter without lineage')
            const { claimCheck, messageId } = decoded.lineage
            if (!claimCheck) return [messageId, d.body]
            const archived = decodeArchivedMessage(p.objects.get(claimCheck.key) ?? '', claimCheck)
            return [messageId, archived?.body ?? 'lost']
          }
          const ends = new Map<string, string[]>(records.map((r) => [r.messageId, []]))
          for (const row of p.rows) ends.get(String(row.sqs_message_id))?.push(`stored ${textOf(row)}`)
          for (const [id, text] of p.deadLetters.map(lettered)) ends.get(id)?.push(`dead ${text}`)
          for (const id of failed) ends.get(id)?.push('failed')

          expect(new Set(failed).size).toBe(failed.length)
          for (const r of records) {
            const end = ends.get(r.messageId)
            expect(end).toHaveLength(1)
            expect([`stored ${r.body}`, `dead ${r.body}`, 'failed']).toContain(end?.[0])
          }
          if (w.outcomeFails) return
          const outcomes = p.outcomes.map((o) => OutcomeMessage.parse(JSON.parse(o)))
          const total = (key: 'attempts' | 'accepted' | 'deadLettered' | 'failed'): number =>
            outcomes.reduce((sum, o) => sum + o[key].fresh, 0)
          expect({
            attempts: total('attempts'),
            accepted: total('accepted'),
            deadLettered: total('deadLettered'),
            failed: total('failed'),
          }).toEqual({
            attempts: records.length,
            accepted: p.rows.length,
            deadLettered: p.deadLetters.length,
            failed: failed.length,
          })
        },
      ),
      { numRuns: 80 },
    )
  })

  it('loses nothing over redeliveries while the sink refuses, times out after storing, and answers short', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 60 }), async (seed, count) => {
        let state = seed >>> 0
        const chance = (share: number): boolean => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
          return state / 2 ** 32 < share
        }
        const p = processorUnderTest({
          putEntry: () => (chance(0.3) ? 'InternalFailure' : undefined),
          putCall: () => (chance(0.3) ? fault('TimeoutError') : undefined),
          sendCall: () => (chance(0.3) ? fault('ECONNRESET') : undefined),
        })
        const records = Array.from({ length: count }, (_, i) =>
          sqsRecord({ id: `m${i}`, body: i % 7 === 0 ? `bad ${i}` : `{"i":${i}}` }),
        )

        let left = records
        for (let receive = 0; receive < 200 && left.length > 0; receive += 1) {
          const failed = new Set(await p.run(left))
          left = left.filter((r) => failed.has(r.messageId))
        }

        expect(left).toEqual([])
        const stored = p.rows.map((r) => r.message_id).concat(p.deadLetters.map((d) => d.body))
        expect(stored).toHaveLength(count)
        expect(p.deadLetters.map((d) => d.body).includes(claimCheckBody)).toBe(false)
      }),
      { numRuns: 60 },
    )
  })
})
