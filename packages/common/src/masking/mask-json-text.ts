/** Stands for every hidden value. A result of an edit that contains it is refused: it would overwrite what was hidden. */
export const maskToken = '•••'

/** Object keys and nothing else: the elements of a list share the list's path. */
export type FieldPath = readonly string[]

/** Keys that look like data (addresses, numbers, long texts) are hidden too: a map keyed by e-mail address is no shape. */
const keyPattern = /^[A-Za-z_$][\w$. -]{0,63}$/

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these inside strings.
const stringPattern = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y

/** Deeper values are hidden whole: recursion ends, and nobody reads them anyway. */
const depthMax = 200

/**
 * Hides every scalar of a JSON text whose path is not clear. Everything else keeps its exact text: number digits,
 * white space, order, repeated keys. `null` stays, it is shape. Undefined when the text is not JSON.
 */
export function maskJsonText(text: string, isClear: (path: FieldPath) => boolean): string | undefined {
  let at = 0
  let out = ''
  const fail = (): never => {
    throw new SyntaxError('not JSON')
  }
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found === undefined) return fail()
    at += found.length
    return found
  }
  const space = (): void => {
    out += take(/[ \t\n\r]*/y)
  }
  const string = (): string => take(stringPattern)
  const key = (path: FieldPath): FieldPath => {
    const raw = string()
    const name: string = JSON.parse(raw)
    const isName = keyPattern.test(name)
    out += isName ? raw : JSON.stringify(maskToken)
    return [...path, name]
  }
  const scalar = (path: FieldPath): void => {
    if (text[at] === 'n') {
      out += take(/null/y)
      return
    }
    const raw = text[at] === '"' ? string() : take(/true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
    out += isClear(path) ? raw : JSON.stringify(maskToken)
  }
  const members = (close: '}' | ']', member: () => void): void => {
    out += text[at]
    at += 1
    space()
    if (text[at] !== close)
      for (;;) {
        member()
        space()
        if (text[at] !== ',') break
        out += ','
        at += 1
        space()
      }
    if (text[at] !== close) fail()
    out += close
    at += 1
  }
  const value = (path: FieldPath, depth: number): void => {
    if (depth > depthMax) fail()
    if (text[at] === '[') members(']', () => value(path, depth + 1))
    else if (text[at] === '{')
      members('}', () => {
        const inner = key(path)
        space()
        out += take(/:/y)
        space()
        value(inner, depth + 1)
      })
    else scalar(path)
  }
  try {
    space()
    value([], 0)
    space()
    return at === text.length ? out : undefined
  } catch (fault) {
    if (fault instanceof SyntaxError) return undefined
    throw fault
  }
}
