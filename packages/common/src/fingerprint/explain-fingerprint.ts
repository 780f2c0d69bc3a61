import type { FingerprintPart } from '../contract/dead-letter.ts'

const nouns: Record<FingerprintPart['kind'], [one: string, many: string]> = {
  stage: ['stage', 'stages'],
  code: ['code', 'codes'],
  message: ['message', 'messages'],
  frame: ['frame', 'frames'],
  path: ['field', 'fields'],
}

/** "grouped by stage semantic, code TYPE_CAST, message “…” and fields amount, currency": the same sentence in API, console and CLI. */
export function explainFingerprint(parts: readonly FingerprintPart[]): string {
  const kinds = [...new Set(parts.map((p) => p.kind))]
  const phrases = kinds.map((kind) => {
    const values = parts.filter((p) => p.kind === kind).map((p) => p.value)
    const shown = kind === 'message' ? values.map((v) => `“${v}”`) : values
    return `${nouns[kind][values.length === 1 ? 0 : 1]} ${shown.join(', ')}`
  })
  const last = phrases.pop() ?? ''
  return `grouped by ${phrases.length === 0 ? last : `${phrases.join(', ')} and ${last}`}`
}
