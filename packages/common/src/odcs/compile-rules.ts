import { z } from 'zod'
import { castValue } from './cast-value.ts'
import type { ColumnType } from './column-type.ts'
import { compareValues } from './compare-values.ts'
import type { LocalFault } from './contract-fault.ts'
import { type Rule, ruleActions, type TimestampFormat } from './contract-model.ts'
import type { ContractProperty } from './topic-contract.ts'

export const ruleEngine = 'lean-ops'

const Bound = z.union([z.string(), z.number()])
const action = z.enum(ruleActions).default('quarantine')
const Count = z.int().min(0)
const Implementation = z.discriminatedUnion('rule', [
  z.strictObject({ rule: z.literal('range'), minimum: Bound.optional(), maximum: Bound.optional(), action }),
  z.strictObject({
    rule: z.literal('enum'),
    values: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1),
    action,
  }),
  z.strictObject({ rule: z.literal('pattern'), pattern: z.string().min(1), action }),
  z.strictObject({ rule: z.literal('length'), minimum: Count.optional(), maximum: Count.optional(), action }),
])
type Implementation = z.infer<typeof Implementation>

const kindsOf: Record<Implementation['rule'], readonly ColumnType['kind'][]> = {
  range: ['int', 'long', 'float', 'double', 'decimal', 'timestamp', 'date'],
  enum: ['string', 'int', 'long', 'decimal', 'boolean', 'date'],
  pattern: ['string'],
  length: ['string'],
}

/** The rules of one property. Entries of other engines are left to them; ours that do not make sense become faults. */
export function compileRules(
  property: ContractProperty,
  type: ColumnType,
  format: TimestampFormat,
  place: readonly (string | number)[],
  faults: LocalFault[],
): Rule[] {
  const rules: Rule[] = []
  for (const [n, entry] of property.quality.entries()) {
    if (entry.type !== 'custom' || entry.engine !== ruleEngine) continue
    const at = [...place, 'quality', n]
    const refuse = (key: string, message: string, remedy: string): void => {
      faults.push({ path: [...at, key], message, remedy })
    }
    if (entry.name === undefined || !/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(entry.name)) {
      refuse('name', 'a rule needs a name', 'letters, digits, - and _: it names the finding and the metric')
      continue
    }
    const parsed = Implementation.safeParse(entry.implementation)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `
      refuse(
        'implementation',
        `${where}${issue?.message ?? 'not a rule'}`,
        'use { rule: range | enum | pattern | length, …, action: warn | quarantine | fail }',
      )
      continue
    }
    const problem = compileRule(entry.name, parsed.data, type, format)
    if ('rule' in problem) rules.push(problem.rule)
    else refuse('implementation', problem.message, problem.remedy)
  }
  return rules
}

type Compiled = { rule: Rule } | { message: string; remedy: string }

function compileRule(
  name: string,
  given: Implementation,
  type: ColumnType,
  format: TimestampFormat,
): Compiled {
  if (!kindsOf[given.rule].includes(type.kind))
    return {
      message: `a ${given.rule} rule cannot judge a ${type.kind}`,
      remedy: `use it on ${kindsOf[given.rule].join(', ')}`,
    }
  const base = { name, action: given.action }
  switch (given.rule) {
    case 'pattern': {
      const fault = patternFault(given.pattern)
      return fault ?? { rule: { ...base, kind: 'pattern', pattern: given.pattern } }
    }
    case 'length': {
      const [minimum, maximum] = [given.minimum ?? null, given.maximum ?? null]
      if (minimum === null && maximum === null) return openEnded
      if (minimum !== null && maximum !== null && minimum > maximum) return upsideDown
      return { rule: { ...base, kind: 'length', minimum, maximum } }
    }
    case 'enum': {
      const values = given.values.map((value) => bound(value, type, format))
      const wrong = values.indexOf(undefined)
      if (wrong >= 0) return notOfType(given.values[wrong], type)
      return { rule: { ...base, kind: 'enum', values: values.filter((v) => v !== undefined) } }
    }
    case 'range': {
      const minimum = given.minimum === undefined ? null : bound(given.minimum, type, format)
      const maximum = given.maximum === undefined ? null : bound(given.maximum, type, format)
      if (minimum === undefined) return notOfType(given.minimum, type)
      if (maximum === undefined) return notOfType(given.maximum, type)
      if (minimum === null && maximum === null) return openEnded
      if (minimum !== null && maximum !== null && compareValues(minimum, maximum, type) > 0) return upsideDown
      return { rule: { ...base, kind: 'range', minimum, maximum } }
    }
  }
}

const openEnded: Compiled = { message: 'neither minimum nor maximum', remedy: 'give at least one bound' }
const upsideDown: Compiled = {
  message: 'minimum is above maximum',
  remedy: 'swap them: bounds are inclusive',
}
const notOfType = (value: unknown, type: ColumnType): Compiled => ({
  message: `${JSON.stringify(value)} is no ${type.kind}`,
  remedy: 'write the value as a message would carry it; quote numbers of more than 15 digits and times',
})

/** A value written in the contract, as canonical text of the type. */
function bound(
  value: string | number | boolean,
  type: ColumnType,
  format: TimestampFormat,
): string | undefined {
  // YAML has already rounded such a number: only a quoted one is what its author wrote.
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) return undefined
  const kind = typeof value === 'string' ? 'string' : typeof value === 'number' ? 'number' : 'boolean'
  return castValue({ kind, text: String(value) }, type, kind === 'string' ? 'rfc3339' : format)
}

/** Only what JavaScript, Python and Java read alike: the same rule runs in the jobs. */
const unportable: readonly [RegExp, string][] = [
  [/\(\?(?!:)/, 'look-around, flags and named groups'],
  [/\\[1-9k]/, 'back-references'],
  [/\\[pPsSwWbBdD]/, 'classes that mean other characters elsewhere (\\d, \\w, \\s, \\b, \\p)'],
  [/\[[^\]]*(&&|--|\[)/, 'set operations in classes'],
  [/[*+?}]\+/, 'possessive quantifiers'],
]

/** Java recurses for every turn of a group: one long value would end the job's process, not only its row. */
const endlessGroup = /\)([*+]|\{\d+,\}|\{\d*,?\d{4,}\})/

function patternFault(pattern: string): { message: string; remedy: string } | undefined {
  const plain = pattern.replaceAll(/\\./gs, 'x')
  if (/\[\^?\]/.test(plain))
    return { message: 'the pattern has an empty class', remedy: 'write what it may contain' }
  if (endlessGroup.test(plain.replaceAll(/\[[^\]]*\]/g, 'x')))
    return {
      message: 'the pattern repeats a group without end',
      remedy: 'bound it, such as (?:-[a-z]+){0,99}, or repeat a plain class',
    }
  const found = unportable.find(([expression]) => expression.test(pattern))
  if (found !== undefined)
    return {
      message: `the pattern uses ${found[1]}`,
      remedy: 'write plain classes such as [0-9A-Za-z_]; the pattern must match the whole value',
    }
  try {
    new RegExp(pattern, 'u')
    return undefined
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { message: `the pattern does not compile: ${error.message}`, remedy: 'correct it' }
  }
}
