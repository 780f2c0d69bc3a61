import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findJsonText } from './find-json-text.ts'
import { businessKeys, identifyMessage } from './identify-message.ts'
import { recogniseBody } from './recognise-body.ts'

type Case = {
  name: string
  body?: string
  repeat?: { prefix: string; open: string; middle?: string; close: string; times: number; suffix: string }
  keyPath: string[] | null
  expect: { payload?: string | null }
}

/** Read by hand: the bundler's JSON reader refuses the lone surrogates that some cases are about. */
const golden: { sqs: { messageId: string; sentTimestampMs: number }; cases: Case[] } = JSON.parse(
  readFileSync(new URL('../../golden/recognise-body.json', import.meta.url), 'utf8'),
)

const bodyOf = (c: Case): string => {
  if (c.body !== undefined) return c.body
  if (!c.repeat) throw new Error(`${c.name}: neither body nor repeat`)
  const { prefix, open, middle = '', close, times, suffix } = c.repeat
  return prefix + open.repeat(times) + middle + close.repeat(times) + suffix
}

describe('recogniseBody', () => {
  it.each(golden.cases)('$name', (c) => {
    const body = bodyOf(c)

    const recognised = recogniseBody(body)
    const { messageId, publishTimeMicros, findings } = identifyMessage(
      recognised.producer,
      golden.sqs,
      undefined,
    )

    const identity = { messageId, publishTimeMicros, findings }
    if (!recognised.ok)
      return expect({ ok: false, code: recognised.fault.code, ...identity }).toEqual(c.expect)
    const payload = findJsonText(recognised.source.text, recognised.source.path)
    const keys = businessKeys(recognised, c.keyPath)
    expect({ ok: true, payload, ...identity, ...keys }).toEqual({
      ...c.expect,
      payload: c.expect.payload ?? body.trim(),
    })
  })

  it('never quotes the body in a fault', () => {
    const bodies = ['canary', '{"canary":', '"canary"', '{"messageId":"m","payload":"canary"}', '["canary"]']

    const messages = bodies.map((b) => recogniseBody(b)).map((r) => (r.ok ? 'ok' : r.fault.message))

    expect(messages.join(' ')).not.toContain('canary')
    expect(messages).not.toContain('ok')
  })
})
