import { createHash } from 'node:crypto'
import jsonPatch from 'fast-json-patch'
import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json'
import type { JsonPatchOperation } from '../contract/operation.ts'
import { maskToken } from '../masking/mask-json-text.ts'

export type EditResult =
  | { ok: true; body: string }
  /** `edit_conflict`: the body is not the one the edit was written against. `transform_failed`: the patch does not fit this body. */
  | { ok: false; reason: 'edit_conflict' | 'transform_failed'; message: string }

/**
 * Applies a JSON Patch (RFC 6902) to a body and returns its new text. Numbers that the patch does not touch keep their exact text
 * (`1234.500` stays `1234.500`; plain JSON.parse would change it). Never throws: every refusal is a result with its reason.
 */
export function applyEdit(
  body: string,
  patch: readonly JsonPatchOperation[],
  bodySha256?: string,
): EditResult {
  if (bodySha256 !== undefined && sha256Hex(body) !== bodySha256)
    return {
      ok: false,
      reason: 'edit_conflict',
      message: 'The body has changed since the edit was written: load it again.',
    }
  if (JSON.stringify(patch).includes(maskToken))
    return {
      ok: false,
      reason: 'transform_failed',
      message: `The edit contains the mask "${maskToken}": unmask the message first.`,
    }
  try {
    const document = parse(body)
    const operations = patch.map((p) => ('value' in p ? { ...p, value: toLossless(p.value) } : { ...p }))
    const result = jsonPatch.applyPatch(
      document,
      operations as Parameters<typeof jsonPatch.applyPatch>[1],
      validate,
      true,
      true,
    )
    const text = stringify(result.newDocument)
    return text === undefined
      ? { ok: false, reason: 'transform_failed', message: 'The edit removes the whole body.' }
      : { ok: true, body: text }
  } catch (error) {
    return { ok: false, reason: 'transform_failed', message: patchFault(error) }
  }
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex')

const validate = true

/** The library's message repeats the whole document; only its first line is fit to be shown. */
function patchFault(error: unknown): string {
  if (error instanceof jsonPatch.JsonPatchError) {
    const path = (error.operation as { path?: string } | undefined)?.path ?? ''
    return `The edit does not fit this body: ${error.name} at ${path || 'the root'}.`
  }
  return 'The body is not JSON, so it cannot be edited by path.'
}

/** Plain numbers of a patch in the form the parsed body has, so that `test` compares like with like. */
function toLossless(value: unknown): unknown {
  if (typeof value === 'number') return new LosslessNumber(String(value))
  if (Array.isArray(value)) return value.map(toLossless)
  if (value !== null && typeof value === 'object' && !isLosslessNumber(value))
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, toLossless(v)]))
  return value
}
