import { createHash } from 'node:crypto'

/** Reads a resource's inputs by name and type, and remembers which were read so that none is dropped in silence. */
export interface Inputs {
  readonly name: string
  text(key: string): string
  textOr(key: string): string | undefined
  /** The given name, else one that follows from the resource's URN (the same on every run). */
  nameOr(key: string, maxLength?: number): string
  number(key: string): number
  numberOr(key: string): number | undefined
  flagOr(key: string): boolean | undefined
  texts(key: string): string[]
  textsOr(key: string): string[] | undefined
  /** A string map the user owns (environment, tags, parameters): keys pass as they are, values become text. */
  textMap(key: string): Record<string, string>
  textMapOr(key: string): Record<string, string> | undefined
  /** A JSON document given as text or as an object: text. */
  documentOr(key: string): string | undefined
  document(key: string): string
  block(key: string): Inputs
  blockOr(key: string): Inputs | undefined
  blocks(key: string): Inputs[]
  blocksOr(key: string): Inputs[] | undefined
  /** Any JSON value, for fields with a shape of their own. */
  valueOr(key: string): unknown
  has(key: string): boolean
}

export interface OpenedInputs {
  readonly inputs: Inputs
  /** Dotted paths of given properties that no reader asked for. */
  unread(ignored: Readonly<Record<string, string>>): string[]
}

/**
 * @param where names the resource in errors: `aws:sqs/queue:Queue "Orders"`.
 * @throws Error naming resource, property and expected type when a value has another type.
 */
export function openInputs(
  where: string,
  name: string,
  urn: string,
  values: Readonly<Record<string, unknown>>,
): OpenedInputs {
  return open({ where, name, urn, path: '' }, values)
}

interface Place {
  readonly where: string
  readonly name: string
  readonly urn: string
  readonly path: string
}

function open(place: Place, values: Readonly<Record<string, unknown>>): OpenedInputs {
  const read = new Set<string>()
  const children: OpenedInputs[] = []
  const at = (key: string) => (place.path === '' ? key : `${place.path}.${key}`)
  const fail = (key: string, expected: string): never => {
    throw new Error(`${place.where}: "${at(key)}" must be ${expected}, got ${JSON.stringify(values[key])}`)
  }
  const get = (key: string): unknown => {
    read.add(key)
    return values[key] ?? undefined
  }
  const text = (key: string, value: unknown): string => {
    if (typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    return fail(key, 'text')
  }
  const number = (key: string, value: unknown): number => {
    const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : fail(key, 'a number')
  }
  const flag = (key: string, value: unknown): boolean => {
    if (value === true || value === 'true') return true
    return value === false || value === 'false' ? false : fail(key, 'true or false')
  }
  const list = (key: string, value: unknown): unknown[] =>
    Array.isArray(value) ? value : fail(key, 'a list')
  const texts = (key: string, value: unknown) => list(key, value).map((item) => text(key, item))
  const textMap = (key: string, value: unknown): Record<string, string> => {
    if (!isRecord(value)) return fail(key, 'a map')
    const given = Object.entries(value).filter(([, item]) => item !== undefined && item !== null)
    return Object.fromEntries(given.map(([field, item]) => [field, text(key, item)]))
  }
  const block = (key: string, value: unknown, index?: number): Inputs => {
    if (!isRecord(value)) return fail(key, 'an object')
    const child = open({ ...place, path: index === undefined ? at(key) : `${at(key)}[${index}]` }, value)
    children.push(child)
    return child.inputs
  }
  const blocks = (key: string, value: unknown) => list(key, value).map((item, i) => block(key, item, i))
  const document = (key: string, value: unknown): string =>
    typeof value === 'string' ? value : isRecord(value) ? JSON.stringify(value) : fail(key, 'a JSON document')
  const optional =
    <T>(convert: (key: string, value: unknown) => T) =>
    (key: string): T | undefined => {
      const value = get(key)
      return value === undefined ? undefined : convert(key, value)
    }
  const required =
    <T>(convert: (key: string, value: unknown) => T) =>
    (key: string): T =>
      convert(key, get(key))

  const inputs: Inputs = {
    name: place.name,
    text: required(text),
    textOr: optional(text),
    nameOr: (key, maxLength = 64) => optional(text)(key) ?? derivedName(place.name, place.urn, maxLength),
    number: required(number),
    numberOr: optional(number),
    flagOr: optional(flag),
    texts: required(texts),
    textsOr: optional(texts),
    textMap: required(textMap),
    textMapOr: optional(textMap),
    document: required(document),
    documentOr: optional(document),
    block: required(block),
    blockOr: optional(block),
    blocks: required(blocks),
    blocksOr: optional(blocks),
    valueOr: get,
    has: (key) => values[key] !== undefined && values[key] !== null,
  }
  const unread = (ignored: Readonly<Record<string, string>>): string[] => [
    ...Object.keys(values)
      .filter((key) => inputs.has(key) && !read.has(key) && !(place.path === '' && key in ignored))
      .map(at),
    ...children.flatMap((child) => child.unread(ignored)),
  ]
  return { inputs, unread }
}

/** Pulumi ends automatic names in random letters; ours follow from the URN, so that a lost checkpoint finds its resources again. */
function derivedName(name: string, urn: string, maxLength: number): string {
  const suffix = createHash('sha256').update(urn).digest('hex').slice(0, 7)
  return `${name.slice(0, maxLength - 8)}-${suffix}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
