import { isUtf8 } from 'node:buffer'
import type { FailureCode } from '../contract/failure-code.ts'
import { findJsonText } from './find-json-text.ts'

export type JsonObject = Record<string, unknown>

/** A permanent fault of the message. `message` never holds text of the body. */
export type BodyFault = { code: FailureCode; message: string }

/** What the producer said of itself: the innermost layer that says it wins. */
export type Producer = {
  /** Text of the id; a number counts as its digits. */
  messageId: string | undefined
  /** Text of the time as given, not yet parsed. */
  publishTime: string | undefined
}

export type Recognised = {
  ok: true
  producer: Producer
  payload: JsonObject
  /** Where the payload's exact text is: `findJsonText(text, path)`. */
  source: { text: string; path: readonly string[] }
}

export type Unrecognised = {
  ok: false
  fault: BodyFault
  /** What a sound envelope around an unreadable payload says: the dead letter keeps its identity. */
  producer: Producer
}

type Parsed = { ok: true; value: JsonObject } | { ok: false; fault: BodyFault }

const nobody: Producer = { messageId: undefined, publishTime: undefined }

/**
 * Reads an SQS body (rules: docs, "Recognising a body"): SNS notification (once) → Pub/Sub push (base64) → shape A
 * (`messageId`, `payload`) or shape B (the body itself). Parses strictly, keeps the text; never throws.
 */
export function recogniseBody(body: string): Recognised | Unrecognised {
  const outer = parseObject(body)
  if (!outer.ok) return { ok: false, fault: outer.fault, producer: nobody }

  let object = outer.value
  let text = body
  let producer = nobody

  const notification = own(object, 'Type') === 'Notification' ? own(object, 'Message') : undefined
  if (typeof notification === 'string') {
    producer = innermost(producer, object, text, [], 'MessageId', 'Timestamp')
    const inner = parseObject(notification)
    if (!inner.ok) return malformed(`the SNS message: ${inner.fault.message}`, producer)
    object = inner.value
    text = notification
  }

  const push = own(object, 'message')
  const data =
    isObject(push) && typeof own(object, 'subscription') === 'string' ? own(push, 'data') : undefined
  if (isObject(push) && typeof data === 'string') {
    producer = innermost(producer, push, text, ['message'], 'messageId', 'publishTime')
    const decoded = decodeBase64(data)
    if (decoded === undefined) return malformed('the Pub/Sub data is not base64 of UTF-8', producer)
    const inner = parseObject(decoded)
    if (!inner.ok) return malformed(`the Pub/Sub data: ${inner.fault.message}`, producer)
    object = inner.value
    text = decoded
  }

  if (!Object.hasOwn(object, 'messageId')) {
    producer = innermost(producer, object, text, [], 'message_id', 'publish_time')
    return { ok: true, producer, payload: object, source: { text, path: [] } }
  }

  producer = innermost(producer, object, text, [], 'messageId', 'publishTime')
  if (!Object.hasOwn(object, 'payload'))
    return { ok: true, producer, payload: object, source: { text, path: [] } }
  const payload = object.payload
  if (isObject(payload)) return { ok: true, producer, payload, source: { text, path: ['payload'] } }
  if (typeof payload !== 'string') return malformed('the payload is not an object', producer)
  const inner = parseObject(payload)
  if (!inner.ok) return malformed(`the payload: ${inner.fault.message}`, producer)
  return { ok: true, producer, payload: inner.value, source: { text: payload, path: [] } }
}

/** Own member only: a body may be called `constructor` or `__proto__` without consequence. */
export const own = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined

/** Text of a scalar exactly as the producer wrote it; undefined for null, "", objects, arrays and what is absent. */
export function scalarText(value: unknown, text: string, path: readonly string[]): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'number') return findJsonText(text, path)
  return typeof value === 'boolean' ? String(value) : undefined
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function innermost(
  outer: Producer,
  object: JsonObject,
  text: string,
  path: readonly string[],
  idName: string,
  timeName: string,
): Producer {
  const said = (name: string): string | undefined => {
    const value = own(object, name)
    if (typeof value === 'string') return value === '' ? undefined : value
    return typeof value === 'number' ? findJsonText(text, [...path, name]) : undefined
  }
  return { messageId: said(idName) ?? outer.messageId, publishTime: said(timeName) ?? outer.publishTime }
}

const malformed = (message: string, producer: Producer): Unrecognised => ({
  ok: false,
  fault: { code: 'MALFORMED_PAYLOAD', message },
  producer,
})

function parseObject(text: string): Parsed {
  if (!text.isWellFormed() || hasLoneEscape(text))
    return fault('INVALID_UTF8', 'half of a surrogate pair stands alone')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    if (text.trim() === '') return fault('EMPTY_BODY', 'nothing but white space')
    return fault('MALFORMED_JSON', `not valid JSON${place(error)}`)
  }
  if (isObject(value)) return { ok: true, value }
  const kind = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`
  return fault('NOT_AN_OBJECT', `${kind} instead of an object`)
}

const fault = (code: FailureCode, message: string): Parsed => ({ ok: false, fault: { code, message } })

/** Only the number is taken over: the engine's own message quotes the body. */
function place(error: SyntaxError): string {
  const position = /at position (\d+)/.exec(error.message)?.[1]
  return position === undefined ? '' : ` at character ${position}`
}

/** `\ud83d` without its other half is valid to JSON.parse but has no UTF-8 form. */
function hasLoneEscape(text: string): boolean {
  if (!text.includes('\\ud') && !text.includes('\\uD')) return false
  let isHighBefore = false
  for (const m of text.matchAll(/\\u([0-9a-fA-F]{4})|\\.|[^\\]+/gs)) {
    const unit = m[1] === undefined ? 0 : Number.parseInt(m[1], 16)
    const isLow = unit >= 0xdc00 && unit <= 0xdfff
    if (isHighBefore !== isLow) return true
    isHighBefore = unit >= 0xd800 && unit <= 0xdbff
  }
  return isHighBefore
}

/** Strict: alphabet, padding and UTF-8 must be right. A byte order mark stays and is then not JSON. */
function decodeBase64(data: string): string | undefined {
  if (data.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(data)) return undefined
  const bytes = Buffer.from(data, 'base64')
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}
