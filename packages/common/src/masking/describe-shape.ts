const lengthMax = 500
const depthMax = 4
const membersMax = 12

/**
 * Body → its keys and shape, never a value: what a list may show to everyone who may read the topic. Not JSON →
 * `text of 1,234 bytes`.
 */
export function describeShape(body: Uint8Array, value: unknown | undefined): string {
  if (value === undefined) return `not JSON, ${body.length.toLocaleString('en')} bytes`
  return shape(value, 0).slice(0, lengthMax)
}

function shape(value: unknown, depth: number): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return '"•••"'
  if (typeof value !== 'object') return '•••'
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return depth >= depthMax
      ? '[…]'
      : `[${shape(value[0], depth + 1)}${value.length > 1 ? ` × ${value.length}` : ''}]`
  }
  const keys = Object.keys(value)
  if (keys.length === 0) return '{}'
  if (depth >= depthMax) return '{…}'
  const shown = keys
    .slice(0, membersMax)
    .map((key) => `${safeKey(key)}: ${shape(Object.getOwnPropertyDescriptor(value, key)?.value, depth + 1)}`)
  return `{ ${shown.join(', ')}${keys.length > membersMax ? ', …' : ''} }`
}

/** Maps keyed by e-mail address or account number would show values as keys. */
const safeKey = (key: string): string =>
  /^[A-Za-z_$@][\w$.:-]{0,39}$/.test(key) && !/\d{5,}/.test(key) ? key : '•••'
