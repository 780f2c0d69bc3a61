import type { JsonPatchOperation } from '@lean-ops/common/contract/operation'
import { decodeString, type JsonNode, scanJson } from './scan-json.ts'

export type TextDiff =
  | { ok: true; patch: JsonPatchOperation[] }
  | { ok: false; reason: 'invalid' | 'masked' | 'unsafe_number'; message: string }

type Document = { text: string; nodes: readonly JsonNode[] }

const mask = '•••'

/**
 * The JSON Patch that turns one text into another, compared value by value as they are written: what was not touched
 * is not in it, so that numbers keep their digits and masked values stay what they are on the server.
 */
export function diffToPatch(before: string, after: string): TextDiff {
  const [left, right] = [scanJson(before), scanJson(after)]
  if (!left.ok)
    return {
      ok: false,
      reason: 'invalid',
      message: 'The original is not JSON: it cannot be edited by field.',
    }
  if (!right.ok)
    return {
      ok: false,
      reason: 'invalid',
      message: `Not valid JSON: at character ${right.at + 1} it should have been ${right.expected}.`,
    }
  const patch: JsonPatchOperation[] = []
  compare({ text: before, nodes: left.nodes }, 0, { text: after, nodes: right.nodes }, 0, '', patch)
  const values = patch.flatMap((step) => ('value' in step ? [step.value] : []))
  if (JSON.stringify(values).includes(mask))
    return {
      ok: false,
      reason: 'masked',
      message: 'A changed value contains a masked one. Masked values stay as they are.',
    }
  if (hasUnsafeNumber(values))
    return {
      ok: false,
      reason: 'unsafe_number',
      message:
        'A changed value holds a whole number of more than 15 digits, which would lose digits. Write it as text.',
    }
  return { ok: true, patch }
}

function hasUnsafeNumber(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value)
  if (Array.isArray(value)) return value.some(hasUnsafeNumber)
  return typeof value === 'object' && value !== null && Object.values(value).some(hasUnsafeNumber)
}

function parseNode({ text, nodes }: Document, at: number): unknown {
  const node = nodes[at]
  return node ? JSON.parse(text.slice(node.start, node.end)) : undefined
}

/** Direct members of a container: key (or position) → index of its node. */
function membersOf({ text, nodes }: Document, at: number): Map<string, number> {
  const members = new Map<string, number>()
  const node = nodes[at]
  const last = at + (node?.descendants ?? 0)
  for (let index = at + 1; index <= last; index += 1 + (nodes[index]?.descendants ?? 0)) {
    const member = nodes[index]
    if (!member) continue
    members.set(member.key ? decodeString(text, member.key[0], member.key[1]) : String(member.index), index)
  }
  return members
}

const escapeStep = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1')

function compare(
  a: Document,
  ia: number,
  b: Document,
  ib: number,
  path: string,
  patch: JsonPatchOperation[],
) {
  const [left, right] = [a.nodes[ia], b.nodes[ib]]
  if (!left || !right) return
  const isContainer = left.kind === 'object' || left.kind === 'array'
  if (left.kind !== right.kind || !isContainer) {
    const isSame =
      left.kind === right.kind &&
      (left.kind === 'string'
        ? parseNode(a, ia) === parseNode(b, ib)
        : a.text.slice(left.start, left.end) === b.text.slice(right.start, right.end))
    if (!isSame) patch.push({ op: 'replace', path, value: parseNode(b, ib) })
    return
  }
  const [before, after] = [membersOf(a, ia), membersOf(b, ib)]
  for (const [key, index] of before) {
    const other = after.get(key)
    if (other !== undefined) compare(a, index, b, other, `${path}/${escapeStep(key)}`, patch)
  }
  // From the end, so that taking one out of a list does not move those that are still to be taken out.
  for (const key of [...before.keys()].reverse())
    if (!after.has(key)) patch.push({ op: 'remove', path: `${path}/${escapeStep(key)}` })
  for (const [key, index] of after)
    if (!before.has(key))
      patch.push({ op: 'add', path: `${path}/${escapeStep(key)}`, value: parseNode(b, index) })
}
