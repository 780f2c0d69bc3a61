import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FailureStage } from '../contract/failure-code.ts'

/** Name of the one message attribute that is ours. */
export const lineageAttributeName = 'lean-ops'

/** Where the body (and the producer's attributes) of a message too large to carry them is kept. */
export type ClaimCheck = {
  bucket: string
  key: string
  /** Bytes of the body in UTF-8. */
  size: number
  /** Of the body in UTF-8, hex. */
  sha256: string
}

export type LastFailure = {
  stage: FailureStage
  /** A failure code; kept as text, because an older or newer version of the code may have written it. */
  code: string
  /** At most 300 characters, never payload text. */
  message: string
}

/** What SQS forgets when a message is sent again: who it was, when it came first, how often it was tried. */
export type Lineage = {
  messageId: string
  /** RFC 3339, UTC, microseconds. */
  publishTime: string
  /** RFC 3339, UTC: the first time any queue of ours held it. */
  firstReceived: string
  /** 0 = as the producer sent it; each audited edit adds one. */
  editRevision: number
  replayId?: string
  /** 0 = never replayed. */
  attempt: number
  /** ARN of the topic's queue. A lineage that arrives through another queue is not ours to trust. */
  originArn: string
  lastFailure?: LastFailure
  claimCheck?: ClaimCheck
}

type Wire = {
  v: 1
  id: string
  pt: string
  fr: string
  rev: number
  rp?: string
  at: number
  or: string
  lf?: { s: FailureStage; c: string; m: string }
  cc?: { b: string; k: string; n: number; h: string }
}

export type DecodedLineage =
  | { ok: true; lineage: Lineage }
  /** forged = the signature is not ours · malformed = signed by us, but not a lineage this version reads. */
  | { ok: false; reason: 'forged' | 'malformed' }

const messageLengthMax = 300
/** Half of SHA-256: 128 bits are beyond forging, and every byte counts against the message's 1 MiB. */
const signatureBytes = 16

/** Lineage → attribute value: `base64url(JSON) . base64url(HMAC-SHA-256, first 16 bytes)`. */
export function encodeLineage(lineage: Lineage, secret: string): string {
  const { lastFailure: lf, claimCheck: cc } = lineage
  const wire: Wire = {
    v: 1,
    id: lineage.messageId,
    pt: lineage.publishTime,
    fr: lineage.firstReceived,
    rev: lineage.editRevision,
    at: lineage.attempt,
    or: lineage.originArn,
    ...(lineage.replayId === undefined ? {} : { rp: lineage.replayId }),
    ...(lf ? { lf: { s: lf.stage, c: lf.code, m: lf.message.slice(0, messageLengthMax) } } : {}),
    ...(cc ? { cc: { b: cc.bucket, k: cc.key, n: cc.size, h: cc.sha256 } } : {}),
  }
  const body = Buffer.from(JSON.stringify(wire)).toString('base64url')
  return `${body}.${sign(body, secret).toString('base64url')}`
}

/** Attribute value → lineage. Never throws: whatever a stranger put there is `forged`. */
export function decodeLineage(text: string, secret: string): DecodedLineage {
  const dot = text.lastIndexOf('.')
  if (dot < 0) return { ok: false, reason: 'forged' }
  const body = text.slice(0, dot)
  const given = Buffer.from(text.slice(dot + 1), 'base64url')
  const ours = sign(body, secret)
  if (given.length !== ours.length || !timingSafeEqual(given, ours)) return { ok: false, reason: 'forged' }
  const wire = parseWire(Buffer.from(body, 'base64url').toString('utf8'))
  return wire ? { ok: true, lineage: fromWire(wire) } : { ok: false, reason: 'malformed' }
}

const sign = (body: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(body).digest().subarray(0, signatureBytes)

function parseWire(text: string): Wire | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  return isWire(value) ? value : undefined
}

/** By hand, not by zod: this runs for every replayed message of the hot path. */
function isWire(value: unknown): value is Wire {
  if (typeof value !== 'object' || value === null) return false
  const w = value as Record<string, unknown>
  return (
    w.v === 1 &&
    [w.id, w.pt, w.fr, w.or].every((t) => typeof t === 'string') &&
    Number.isSafeInteger(w.rev) &&
    Number.isSafeInteger(w.at) &&
    (w.rp === undefined || typeof w.rp === 'string') &&
    (w.lf === undefined || hasFields(w.lf, { s: 'string', c: 'string', m: 'string' })) &&
    (w.cc === undefined || hasFields(w.cc, { b: 'string', k: 'string', n: 'number', h: 'string' }))
  )
}

const hasFields = (value: unknown, fields: Record<string, 'string' | 'number'>): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(fields).every(([name, type]) => typeof (value as Record<string, unknown>)[name] === type)

const fromWire = (w: Wire): Lineage => ({
  messageId: w.id,
  publishTime: w.pt,
  firstReceived: w.fr,
  editRevision: w.rev,
  attempt: w.at,
  originArn: w.or,
  ...(w.rp === undefined ? {} : { replayId: w.rp }),
  ...(w.lf ? { lastFailure: { stage: w.lf.s, code: w.lf.c, message: w.lf.m } } : {}),
  ...(w.cc ? { claimCheck: { bucket: w.cc.b, key: w.cc.k, size: w.cc.n, sha256: w.cc.h } } : {}),
})
