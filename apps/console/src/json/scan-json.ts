export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'literal'

/** One value of a document, as places in its text: nothing is converted, so `1234.500` stays `1234.500`. */
export type JsonNode = {
  kind: JsonKind
  /** Index of the first and one past the last character of the value. */
  start: number
  end: number
  depth: number
  /** Place of the key's text including quotes, for members of objects. */
  key: readonly [number, number] | null
  /** Position among the members of its parent. */
  index: number
  /** How many nodes follow that belong to this one, at any depth. */
  descendants: number
  /** Direct members. */
  members: number
}

export type JsonScan = { ok: true; nodes: readonly JsonNode[] } | { ok: false; at: number; expected: string }

const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const literalForm = /true|false|null/y
const spaceForm = /[ \t\n\r]*/y
const hexForm = /[0-9a-fA-F]{4}/y
const [quote, backslash, space] = [0x22, 0x5c, 0x20]

/** The index after a string that starts at `from`, or undefined. A loop: a pattern would keep a state per character. */
function endOfString(text: string, from: number): number | undefined {
  if (text.charCodeAt(from) !== quote) return undefined
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) return at + 1
    if (code < space) return undefined
    if (code !== backslash) continue
    at += 1
    if (text[at] === 'u') {
      hexForm.lastIndex = at + 1
      if (!hexForm.test(text)) return undefined
      at += 4
    } else if (!'"\\/bfnrt'.includes(text[at] ?? 'x')) return undefined
  }
  return undefined
}

/**
 * Finds every value of a JSON text in document order, in one pass without recursion: depth 10,000 and 1 MiB are no
 * special cases. Says where and what it expected when the text is not JSON.
 */
export function scanJson(text: string): JsonScan {
  const nodes: JsonNode[] = []
  const open: JsonNode[] = []
  const openAt: number[] = []
  let at = 0
  const skip = () => {
    spaceForm.lastIndex = at
    spaceForm.exec(text)
    at = spaceForm.lastIndex
  }
  const take = (form: RegExp): boolean => {
    form.lastIndex = at
    if (!form.test(text)) return false
    at = form.lastIndex
    return true
  }
  const fail = (expected: string): JsonScan => ({ ok: false, at, expected })
  const close = () => {
    const node = open.pop()
    const position = openAt.pop()
    if (!node || position === undefined) return
    node.end = at
    node.descendants = nodes.length - position - 1
  }

  for (;;) {
    skip()
    const parent = open.at(-1)
    let key: readonly [number, number] | null = null
    if (parent) {
      const closer = parent.kind === 'object' ? '}' : ']'
      if (text[at] === closer) {
        at += 1
        close()
        if (open.length === 0) break
        continue
      }
      if (parent.members > 0) {
        if (text[at] !== ',') return fail(`“,” or “${closer}”`)
        at += 1
        skip()
      }
      if (parent.kind === 'object') {
        const from = at
        const end = endOfString(text, from)
        if (end === undefined) return fail('a key in double quotes')
        at = end
        key = [from, at]
        skip()
        if (text[at] !== ':') return fail('“:” after the key')
        at += 1
        skip()
      }
    }
    const start = at
    const first = text[at]
    let kind: JsonKind
    if (first === '{' || first === '[') {
      kind = first === '{' ? 'object' : 'array'
      at += 1
    } else if (first === '"') {
      const end = endOfString(text, at)
      if (end === undefined) return fail('a well-formed string')
      at = end
      kind = 'string'
    } else if (take(literalForm)) kind = 'literal'
    else if (take(numberForm)) kind = 'number'
    else return fail(at >= text.length ? 'a value, but the text ends' : 'a value')
    const node: JsonNode = {
      kind,
      start,
      end: at,
      depth: open.length,
      key,
      index: parent?.members ?? 0,
      descendants: 0,
      members: 0,
    }
    if (parent) parent.members += 1
    nodes.push(node)
    if (kind === 'object' || kind === 'array') {
      open.push(node)
      openAt.push(nodes.length - 1)
    } else if (open.length === 0) break
  }
  skip()
  return at === text.length ? { ok: true, nodes } : fail('the end of the text')
}

/** The text of a string value or key without its quotes; escapes that cannot be decoded stay as they are written. */
export function decodeString(text: string, start: number, end: number): string {
  try {
    const value: unknown = JSON.parse(text.slice(start, end))
    return typeof value === 'string' ? value : text.slice(start, end)
  } catch {
    return text.slice(start, end)
  }
}
