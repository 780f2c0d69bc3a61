import { isInteger, LosslessNumber, parse } from 'lossless-json'
import { castValue } from './cast-value.ts'
import { columnName, nestingDepthMax } from './compile-columns.ts'
import { parseExact } from './decimal-text.ts'
import type { DraftColumn } from './draft-contract.ts'
import { guessPiiByName, guessPiiByValues } from './guess-pii.ts'

/** What was seen at one path over all rows. */
export type PathFacts = {
  path: readonly string[]
  seen: number
  nulls: number
  kinds: Map<'string' | 'number' | 'boolean' | 'object' | 'array', number>
  /** Among the values that are strings. */
  timestamps: number
  dates: number
  /** Among the values that are numbers. */
  wholeNumbers: number
  wholeDigitsMax: number
  scaleMax: number
  distinct: Set<string>
  /** More different values than are kept: it counts as different in every row. */
  isDistinctCut: boolean
  samples: string[]
}

const samplesMax = 200
/** Different values kept per path: beyond, a value hardly ever repeats, and memory must not grow with the rows. */
const distinctMax = 20_000

/** Adds one payload (the text of a JSON object) to the facts. Throws SyntaxError when it is none. */
export function observePayload(payload: string, facts: Map<string, PathFacts>): void {
  const value = parse(payload, undefined, {
    parseNumber: (text) => new LosslessNumber(text),
    onDuplicateKey: ({ newValue }) => newValue,
  })
  observe(value, [], facts)
}

function observe(value: unknown, path: readonly string[], facts: Map<string, PathFacts>): void {
  const isObject =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber)
  if (path.length > 0) note(value, isObject, path, facts)
  if (isObject && path.length < nestingDepthMax)
    for (const [name, member] of Object.entries(value))
      if (name !== '') observe(member, [...path, name], facts)
}

function note(
  value: unknown,
  isObject: boolean,
  path: readonly string[],
  facts: Map<string, PathFacts>,
): void {
  const key = JSON.stringify(path)
  const found = facts.get(key) ?? emptyFacts(path)
  facts.set(key, found)
  found.seen += 1
  const count = (kind: 'string' | 'number' | 'boolean' | 'object' | 'array'): void => {
    found.kinds.set(kind, (found.kinds.get(kind) ?? 0) + 1)
  }
  if (value === null || value === undefined) found.nulls += 1
  else if (typeof value === 'string') {
    count('string')
    const cell = { kind: 'string', text: value } as const
    if (castValue(cell, { kind: 'timestamp' }, 'rfc3339') !== undefined) found.timestamps += 1
    if (castValue(cell, { kind: 'date' }, 'rfc3339') !== undefined) found.dates += 1
    if (found.samples.length < samplesMax) found.samples.push(value)
    noteDistinct(value, found)
  } else if (value instanceof LosslessNumber) {
    count('number')
    noteNumber(value.value, found)
    noteDistinct(value.value, found)
  } else if (typeof value === 'boolean') count('boolean')
  else count(isObject ? 'object' : 'array')
}

function noteDistinct(text: string, found: PathFacts): void {
  if (found.distinct.size >= distinctMax) found.isDistinctCut ||= !found.distinct.has(text)
  // The longest key is far shorter; a long text as a whole is not worth its memory.
  else found.distinct.add(text.slice(0, 200))
}

function noteNumber(text: string, found: PathFacts): void {
  const exact = parseExact(text)
  if (exact === undefined) return
  if (isInteger(text) && castValue({ kind: 'number', text }, { kind: 'long' }, 'rfc3339') !== undefined)
    found.wholeNumbers += 1
  found.scaleMax = Math.max(found.scaleMax, -exact.exponent)
  found.wholeDigitsMax = Math.max(found.wholeDigitsMax, exact.digits.length + exact.exponent)
}

const emptyFacts = (path: readonly string[]): PathFacts => ({
  path,
  seen: 0,
  nulls: 0,
  kinds: new Map(),
  timestamps: 0,
  dates: 0,
  wholeNumbers: 0,
  wholeDigitsMax: 0,
  scaleMax: 0,
  distinct: new Set(),
  isDistinctCut: false,
  samples: [],
})

/** The draft column of every leaf, in the order of first sight. `rows` = payloads observed. */
export function inferColumns(facts: ReadonlyMap<string, PathFacts>, rows: number): DraftColumn[] {
  const all = [...facts.values()]
  const parents = new Set(all.flatMap((f) => f.path.map((_, n) => JSON.stringify(f.path.slice(0, n)))))
  const mixed = new Set(
    all
      .filter((f) => (f.kinds.get('object') ?? 0) > 0 && f.kinds.size > 1)
      .map((f) => JSON.stringify(f.path)),
  )
  return all
    .filter((f) => {
      const isSplit = parents.has(JSON.stringify(f.path)) && !mixed.has(JSON.stringify(f.path))
      const isUnderMixed = f.path.some((_, n) => mixed.has(JSON.stringify(f.path.slice(0, n))))
      return !isSplit && !isUnderMixed
    })
    .map((f) => inferColumn(f, rows))
}

function inferColumn(found: PathFacts, rows: number): DraftColumn {
  const type = inferType(found)
  const comments = [`in ${found.seen - found.nulls} of ${rows} rows`, ...type.comments]
  const byName = guessPiiByName(columnName(found.path))
  const byValues = guessPiiByValues(found.samples)
  const classification = byName ?? byValues
  if (classification !== null)
    comments.push(
      `guess: personal data, by its ${byName === null ? 'values' : 'name'}; confirm, or set public`,
    )
  return {
    path: found.path,
    ...type.type,
    ...(classification === null ? {} : { classification }),
    comments,
  }
}

type Inferred = { type: Pick<DraftColumn, 'logicalType' | 'physicalType'>; comments: string[] }

function inferType(found: PathFacts): Inferred {
  const kinds = [...found.kinds].sort((a, b) => b[1] - a[1])
  const [first, second] = kinds
  if (first === undefined) return { type: { logicalType: 'string' }, comments: ['guess: no value was seen'] }
  if (second !== undefined) {
    const counts = kinds.map(([kind, n]) => `${n} ${kind}`).join(', ')
    if (kinds.some(([kind]) => kind === 'object' || kind === 'array')) {
      const logicalType = first[0] === 'object' || first[0] === 'array' ? first[0] : 'string'
      return { type: { logicalType }, comments: [`mixed kinds (${counts}): the others would be refused`] }
    }
    return { type: { logicalType: 'string' }, comments: [`mixed kinds (${counts}): kept as text`] }
  }
  const [kind, count] = first
  if (kind === 'number') return inferNumber(found, count)
  if (kind !== 'string') return { type: { logicalType: kind }, comments: [] }
  if (found.timestamps === count) return { type: { logicalType: 'timestamp' }, comments: [] }
  if (found.dates === count) return { type: { logicalType: 'date' }, comments: [] }
  const some = found.timestamps + found.dates
  return {
    type: { logicalType: 'string' },
    comments: some > 0 ? [`${count - some} of ${count} values are no time`] : [],
  }
}

const exactScaleMax = 10

function inferNumber(found: PathFacts, count: number): Inferred {
  if (found.wholeNumbers === count) return { type: { logicalType: 'integer' }, comments: [] }
  const precision = found.wholeDigitsMax + found.scaleMax
  if (found.scaleMax > exactScaleMax || precision > 38)
    return {
      type: { logicalType: 'number', physicalType: 'double' },
      comments: [`guess: a measurement (${found.scaleMax} decimals seen)`],
    }
  // Room to grow: a decimal can be widened later, but only with the same scale.
  const physicalType = `decimal(${precision <= 18 ? 18 : 38},${Math.max(found.scaleMax, 2)})`
  return {
    type: { logicalType: 'number', physicalType },
    comments: [
      `guess: at most ${found.wholeDigitsMax} digits and ${found.scaleMax} decimals seen; the scale is for ever`,
    ],
  }
}
