import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { columnName, nestingDepthMax } from './compile-columns.ts'
import type { Draft, DraftColumn } from './draft-contract.ts'
import { guessPiiByName } from './guess-pii.ts'

type Schema = {
  $ref?: string | undefined
  type?: string | undefined
  format?: string | undefined
  description?: string | undefined
  properties?: Record<string, Schema> | undefined
  required?: string[] | undefined
  enum?: unknown[] | undefined
  pattern?: string | undefined
  minLength?: number | undefined
  maxLength?: number | undefined
  minimum?: number | undefined
  maximum?: number | undefined
  allOf?: Schema[] | undefined
}
const Schema: z.ZodType<Schema> = z.looseObject({
  $ref: z.string().optional(),
  type: z.string().optional(),
  format: z.string().optional(),
  description: z.string().optional(),
  properties: z
    .record(
      z.string(),
      z.lazy(() => Schema),
    )
    .optional(),
  required: z.array(z.string()).optional(),
  enum: z.array(z.unknown()).optional(),
  pattern: z.string().optional(),
  minLength: z.int().optional(),
  maxLength: z.int().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  allOf: z.array(z.lazy(() => Schema)).optional(),
})
const Document = z.looseObject({
  info: z.looseObject({ title: z.string().optional() }).optional(),
  components: z.looseObject({ schemas: z.record(z.string(), Schema) }),
})
const Metadata = z.looseObject({
  source_topics: z.array(z.string()).min(1),
  target_std_table: z.string().min(1),
  sensitive_columns: z.array(z.string()),
  nuclear_reset: z.boolean().default(false),
  nuclear_justification: z.string().default(''),
  impact_assessment: z.string().default(''),
})

type Models = Readonly<Record<string, Schema>>

/**
 * A draft from the old system's first form: an OpenAPI 3 model and, if there is one, its `metadata.json` (both parsed already).
 * The model nobody refers to is the message. Throws INVALID_CONTRACT when either is not of that form.
 */
export function importOpenApi(topic: string, owner: string, document: unknown, metadata?: unknown): Draft {
  const { info, components } = read(Document, document, 'the OpenAPI document')
  const models = components.schemas
  const root = rootModel(models)
  const columns = leavesOf(resolve({ $ref: root }, models, []), [], models, [root])
  if (columns.length === 0) throw invalid(`model ${root} has no properties`)
  const settings = metadata === undefined ? undefined : read(Metadata, metadata, 'metadata.json')
  if (settings !== undefined) refuseReset(settings)
  const sensitive = classify(columns, settings?.sensitive_columns ?? [])
  return {
    topic,
    owner,
    purpose: info?.title ?? `Messages of ${topic}`,
    columns: sensitive,
    keyPath: null,
    keyComments: [],
    versionPath: null,
    versionComments: [],
    notes: [
      `From the OpenAPI model ${root.split('/').at(-1)}. It names no key: add keyPath and versionPath under customProperties.`,
      ...(settings === undefined ? [] : notesOf(topic, settings)),
    ],
  }
}

const invalid = (message: string): AppError => new AppError('INVALID_CONTRACT', message)

function read<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw invalid(
    `${what}:\n${parsed.error.issues.map((i) => `  ${i.path.join('.') || 'document'}: ${i.message}`).join('\n')}`,
  )
}

function rootModel(models: Models): string {
  const text = JSON.stringify(models)
  const refs = Object.keys(models).map((name) => `#/components/schemas/${name}`)
  const root = refs.find((ref) => !text.includes(JSON.stringify(ref))) ?? refs[0]
  if (root === undefined) throw invalid('the OpenAPI document has no components.schemas')
  return root
}

/** Follows references and joins `allOf`; a reference into nothing, or round in a circle, is a fault. */
function resolve(schema: Schema, models: Models, trail: readonly string[]): Schema {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace(/^#\/components\/schemas\//, '')
    const target = Object.hasOwn(models, name) ? models[name] : undefined
    if (target === undefined) throw invalid(`${schema.$ref} is not among components.schemas`)
    if (trail.includes(name)) throw invalid(`${schema.$ref} refers to itself`)
    return resolve({ ...target, description: schema.description ?? target.description }, models, [
      ...trail,
      name,
    ])
  }
  if (schema.allOf === undefined) return schema
  const parts = schema.allOf.map((part) => resolve(part, models, trail))
  return {
    ...schema,
    allOf: undefined,
    type: 'object',
    properties: Object.assign({}, schema.properties, ...parts.map((p) => p.properties)),
    required: [...(schema.required ?? []), ...parts.flatMap((p) => p.required ?? [])],
  }
}

function leavesOf(
  schema: Schema,
  path: readonly string[],
  models: Models,
  above: readonly string[],
): DraftColumn[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, given]) => {
    const here = [...path, name]
    const isRequired = schema.required?.includes(name) ?? false
    if (given.$ref !== undefined && above.includes(given.$ref))
      return [leaf(here, { type: 'object' }, isRequired, ['the model contains itself: kept as JSON text'])]
    const member = resolve(given, models, [])
    const hasMembers = Object.keys(member.properties ?? {}).length > 0
    if (!hasMembers) return [leaf(here, member, isRequired, [])]
    if (here.length >= nestingDepthMax)
      return [
        leaf(here, { type: 'object' }, isRequired, [
          `deeper than ${nestingDepthMax} levels: kept as JSON text`,
        ]),
      ]
    return leavesOf(member, here, models, given.$ref === undefined ? above : [...above, given.$ref])
  })
}

function leaf(
  path: readonly string[],
  schema: Schema,
  isRequired: boolean,
  comments: readonly string[],
): DraftColumn {
  const { type, comment } = typeOf(schema)
  return {
    path,
    ...type,
    ...(isRequired ? { isRequired } : {}),
    ...(schema.description === undefined ? {} : { description: schema.description }),
    rules: rulesOf(columnName(path), schema, type),
    comments: comment === null ? comments : [...comments, comment],
  }
}

type Typed = Pick<DraftColumn, 'logicalType' | 'physicalType'>

function typeOf(schema: Schema): { type: Typed; comment: string | null } {
  const plain = (logicalType: Typed['logicalType']) => ({ type: { logicalType }, comment: null })
  switch (schema.type) {
    case 'integer':
      return {
        type: { logicalType: 'integer', ...(schema.format === 'int32' && { physicalType: 'int' }) },
        comment: null,
      }
    case 'number':
      return schema.format === 'float' || schema.format === 'double'
        ? { type: { logicalType: 'number', physicalType: schema.format }, comment: null }
        : {
            type: { logicalType: 'number', physicalType: 'double' },
            comment: 'guess: no format given; exact amounts want decimal(p,s)',
          }
    case 'string':
      if (schema.format === 'date-time') return plain('timestamp')
      return plain(schema.format === 'date' ? 'date' : 'string')
    case 'boolean':
    case 'object':
    case 'array':
      return plain(schema.type)
    default:
      return {
        type: { logicalType: 'string' },
        comment: `guess: type ${schema.type ?? 'missing'} in the model`,
      }
  }
}

/** The old system declared these and applied none: as rules that only warn they change no row. */
function rulesOf(column: string, schema: Schema, { logicalType }: Typed): NonNullable<DraftColumn['rules']> {
  const rules: { name: string; implementation: object }[] = []
  const add = (suffix: string, implementation: object): void => {
    rules.push({
      name: `${column}_${suffix}`.slice(-64).replace(/^[^A-Za-z]+/, ''),
      implementation: { ...implementation, action: 'warn' },
    })
  }
  const values = schema.enum?.filter((v) => typeof v === 'string' || typeof v === 'number') ?? []
  if (values.length > 0 && logicalType === 'string') add('enum', { rule: 'enum', values: values.map(String) })
  const { minLength: from, maxLength: to } = schema
  if (logicalType === 'string' && (from !== undefined || to !== undefined))
    add('length', {
      rule: 'length',
      ...(from !== undefined && { minimum: from }),
      ...(to !== undefined && { maximum: to }),
    })
  const { minimum, maximum } = schema
  if (
    (logicalType === 'integer' || logicalType === 'number') &&
    (minimum !== undefined || maximum !== undefined)
  )
    add('range', {
      rule: 'range',
      ...(minimum !== undefined && { minimum }),
      ...(maximum !== undefined && { maximum }),
    })
  return rules
}

/** The old system's flat names: lower case, joined by underscores. */
const oldName = (path: readonly string[]): string => path.join('_').replaceAll(/[-.]/g, '_').toLowerCase()

function classify(columns: readonly DraftColumn[], sensitive: readonly string[]): DraftColumn[] {
  const covers = (name: string, column: DraftColumn): boolean =>
    column.path.some((_, n) => oldName(column.path.slice(0, n + 1)) === name.toLowerCase())
  const unknown = sensitive.filter((name) => !columns.some((c) => covers(name, c)))
  if (unknown.length > 0)
    throw invalid(
      `metadata.json: sensitive_columns names ${unknown.join(', ')}, which the model does not have`,
    )
  return columns.map((column) => {
    if (sensitive.some((name) => covers(name, column))) return { ...column, classification: 'hash' }
    const guess = guessPiiByName(columnName(column.path))
    if (guess === null) return column
    const comments = [...column.comments, 'guess: personal data, by its name; confirm, or set public']
    return { ...column, classification: guess, comments }
  })
}

function refuseReset(settings: z.infer<typeof Metadata>): void {
  if (settings.nuclear_reset && (settings.nuclear_justification === '' || settings.impact_assessment === ''))
    throw invalid('metadata.json: nuclear_reset without nuclear_justification and impact_assessment')
}

function notesOf(topic: string, settings: z.infer<typeof Metadata>): string[] {
  const others = settings.source_topics.filter((t) => t.replaceAll('_', '-') !== topic)
  return [
    ...(others.length > 0
      ? [
          `metadata.json fed ${settings.target_std_table} from ${settings.source_topics.join(', ')}: here each topic has a contract and tables of its own.`,
        ]
      : []),
    ...(settings.nuclear_reset
      ? [
          'metadata.json asked for a nuclear reset: here that is the operation rebuild, with its reason, not a part of the contract.',
        ]
      : []),
  ]
}
