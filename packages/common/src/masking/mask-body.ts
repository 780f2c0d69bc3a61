import { recogniseBody } from '../messages/recognise-body.ts'
import { type FieldPath, maskJsonText, maskToken } from './mask-json-text.ts'

/** Paths of a payload that its contract names and does not classify; null = no contract: nothing is clear. */
export type ClearPaths = readonly FieldPath[] | null

export type MaskedBody = {
  text: string
  /** `inner`: what is shown is the decoded content of an SNS or Pub/Sub envelope, not the envelope's own text. */
  layer: 'body' | 'inner'
  /** `shape` = keys only; `fields` = the contract decided; `none` = not JSON: only the size is said. */
  kind: 'shape' | 'fields' | 'none'
}

/** What envelopes say of themselves; none of it is the producer's data. */
const envelopeKeys = new Set(['messageId', 'message_id', 'publishTime', 'publish_time'])

/**
 * A message body as someone without a right to its clear text may see it. With a contract the unclassified fields it
 * names are clear; whatever it does not name is hidden, because nobody has said what it is.
 */
export function maskBody(body: string, clear: ClearPaths): MaskedBody {
  const recognised = recogniseBody(body)
  const source = recognised.ok ? recognised.source : { text: body, path: [] }
  const layer = source.text === body ? 'body' : 'inner'
  const clearPaths = new Set((clear ?? []).map(joinPath))
  const isClear = (path: FieldPath): boolean => {
    if (clear === null) return false
    const isInPayload = source.path.every((segment, index) => path[index] === segment)
    if (isInPayload && clearPaths.has(joinPath(path.slice(source.path.length)))) return true
    return path.length === 1 && source.path.length > 0 && envelopeKeys.has(path[0] ?? '')
  }
  const text = maskJsonText(source.text, isClear)
  if (text === undefined)
    return {
      text: `${maskToken} ${Buffer.byteLength(body)} bytes that are not JSON`,
      layer: 'body',
      kind: 'none',
    }
  return { text, layer, kind: clear === null ? 'shape' : 'fields' }
}

const joinPath = (path: FieldPath): string => JSON.stringify(path)
