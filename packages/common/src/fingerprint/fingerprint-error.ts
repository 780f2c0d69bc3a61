import { createHash } from 'node:crypto'
import type { FingerprintPart } from '../contract/dead-letter.ts'
import type { FailureStage } from '../contract/failure-code.ts'
import { normaliseFrames } from './normalise-frames.ts'
import { normaliseMessage } from './normalise-message.ts'
import { normalisePath } from './normalise-path.ts'

export const fingerprintVersion = 'v2'

export type ErrorFacts = {
  stage: FailureStage
  code: string
  message: string
  /** Stack trace, if the failure brought one. */
  trace?: string
  /** Its frames as they were normalised before, where the trace itself is gone. */
  frames?: readonly string[]
  /** Fields that the failure names (JSON pointers or dotted); their order does not matter. */
  paths?: readonly string[]
}

export type Fingerprint = {
  /** `v2:` and 16 hexadecimal digits. Links keep working across versions by `fingerprint_aliases`. */
  fingerprint: string
  /** What was hashed, in order. */
  parts: FingerprintPart[]
  /** One line for lists. */
  title: string
}

/**
 * What failed for the same reason gets the same fingerprint: stage and typed code, then the message without its values, then own
 * stack frames or field paths. Pure; the same input gives the same result for ever within one version.
 */
export function fingerprintError(facts: ErrorFacts): Fingerprint {
  const message = normaliseMessage(facts.message)
  const frames = facts.trace === undefined ? (facts.frames ?? []) : normaliseFrames(facts.trace)
  const paths = [...new Set((facts.paths ?? []).map(normalisePath))].sort()
  const parts: FingerprintPart[] = [
    { kind: 'stage', value: facts.stage },
    { kind: 'code', value: facts.code },
    ...(message === '' ? [] : [{ kind: 'message' as const, value: message }]),
    ...frames.map((value) => ({ kind: 'frame' as const, value })),
    ...paths.map((value) => ({ kind: 'path' as const, value })),
  ]
  const hash = createHash('sha256')
  // Length first: no two lists of parts have the same bytes.
  for (const { kind, value } of parts) hash.update(`${kind}:${value.length}:${value}\n`)
  const where = paths.length > 0 ? ` (${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ', …' : ''})` : ''
  return {
    fingerprint: `${fingerprintVersion}:${hash.digest('hex').slice(0, 16)}`,
    parts,
    title: `${message === '' ? facts.code : message}${where}`.slice(0, 300),
  }
}
