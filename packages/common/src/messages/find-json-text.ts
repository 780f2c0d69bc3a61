/**
 * The exact source text of the value at `path` in a text that is known to be valid JSON; undefined when absent.
 * `JSON.parse` turns 5.50 into 5.5 and 12345678901234567890 into another number; ids and keys must not change like that.
 * Of duplicate names the last wins, as in `JSON.parse`. Not recursive: depth is limited by memory only.
 */
export function findJsonText(text: string, path: readonly string[]): string | undefined {
  let start = skipSpace(text, 0)
  for (const name of path) {
    const found = text[start] === '{' ? lastMember(text, start, name) : undefined
    if (found === undefined) return undefined
    start = found
  }
  return text.slice(start, endOfValue(text, start))
}

/** Start of the value of the last member called `name` in the object that begins at `start`. */
function lastMember(text: string, start: number, name: string): number | undefined {
  let found: number | undefined
  let at = skipSpace(text, start + 1)
  while (text[at] === '"') {
    const nameEnd = endOfString(text, at)
    const isMatch = nameIs(text, at, nameEnd, name)
    const value = skipSpace(text, skipSpace(text, nameEnd) + 1)
    if (isMatch) found = value
    at = skipSpace(text, endOfValue(text, value))
    if (text[at] === ',') at = skipSpace(text, at + 1)
  }
  return found
}

function nameIs(text: string, start: number, end: number, name: string): boolean {
  const raw = text.slice(start + 1, end - 1)
  return raw === name || (raw.includes('\\') && JSON.parse(text.slice(start, end)) === name)
}

function endOfValue(text: string, start: number): number {
  const first = text[start]
  if (first === '"') return endOfString(text, start)
  if (first !== '{' && first !== '[') return endOfLiteral(text, start)
  let depth = 0
  let at = start
  do {
    const c = text.charCodeAt(at)
    if (c === 0x22) {
      at = endOfString(text, at)
      continue
    }
    if (c === 0x7b || c === 0x5b) depth += 1
    else if (c === 0x7d || c === 0x5d) depth -= 1
    at += 1
  } while (depth > 0)
  return at
}

function endOfLiteral(text: string, start: number): number {
  let at = start
  while (at < text.length && !', \t\r\n}]'.includes(text.charAt(at))) at += 1
  return at
}

/** Index after the closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    let backslashes = 0
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes += 1
    if (backslashes % 2 === 0) return quote + 1
    at = quote + 1
  }
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1
  return at
}
