import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { columnName } from './compile-columns.ts'
import type { Draft, DraftColumn } from './draft-contract.ts'
import { guessPiiByName } from './guess-pii.ts'

const Column = z.union([
  z.string().transform((type) => ({ type })),
  z.looseObject({
    type: z.string().optional(),
    json_path: z.string().optional(),
    required: z.boolean().optional(),
    cde: z.boolean().optional(),
    sensitive: z.boolean().optional(),
    source: z.string().optional(),
    default: z.unknown().optional(),
    enum: z.array(z.union([z.string(), z.number()])).optional(),
    description: z.string().optional(),
  }),
])
type Column = {
  type?: string | undefined
  json_path?: string | undefined
  required?: boolean | undefined
  cde?: boolean | undefined
  sensitive?: boolean | undefined
  source?: string | undefined
  default?: unknown
  enum?: (string | number)[] | undefined
  description?: string | undefined
}
const Columns = z.record(z.string(), Column)
const Document = z
  .looseObject({
    description: z.string().optional(),
    envelope_columns: Columns.default({}),
    payload_columns: Columns.optional(),
    columns: Columns.optional(),
    json_paths: z.record(z.string(), z.string()).default({}),
    cde_fields: z.array(z.string()).default([]),
    critical_data_elements: z.array(z.string()).default([]),
    sensitive_columns: z.array(z.string()).default([]),
  })
  .refine((d) => d.payload_columns !== undefined || d.columns !== undefined, {
    message: 'neither payload_columns nor columns: not a schema file of the old system',
  })

/** What every message carries here without a contract: taken from the envelope at ingestion, not from the payload. */
const envelope = new Set([
  'message_id',
  'publish_time',
  'ingestion_ts',
  'topic_name',
  'json_payload',
  'correlation_id',
  'period_reference',
])

/**
 * A draft from the old system's second form (parsed already): `envelope_columns` + `payload_columns` + `cde_fields`, or
 * `columns` + `json_paths`. Column names stay what they were. Throws INVALID_CONTRACT when it is neither.
 */
export function importJsonSchema(topic: string, owner: string, document: unknown): Draft {
  const parsed = Document.safeParse(document)
  if (!parsed.success)
    throw new AppError(
      'INVALID_CONTRACT',
      `the schema file:\n${parsed.error.issues.map((i) => `  ${i.path.join('.') || 'document'}: ${i.message}`).join('\n')}`,
    )
  const file = parsed.data
  const given: [string, Column][] = Object.entries({ ...file.columns, ...file.payload_columns })
  const critical = new Set([...file.cde_fields, ...file.critical_data_elements])
  const names = new Set([...given.map(([name]) => name), ...Object.keys(file.envelope_columns)])
  const unknown = [...critical, ...file.sensitive_columns].filter((name) => !names.has(name))
  if (unknown.length > 0)
    throw new AppError(
      'INVALID_CONTRACT',
      `the schema file marks ${unknown.join(', ')}, which it does not declare`,
    )
  const placed = given.map(([name, column]) => ({
    name,
    column,
    jsonPath: column.json_path ?? file.json_paths[name],
  }))
  const kept = placed.filter(({ name, column }) => column.source !== 'passthrough' && !envelope.has(name))
  const left = placed.filter((p) => !kept.includes(p)).map((p) => p.name)
  const pathless = kept.filter((p) => p.jsonPath === undefined && p.name === 'idempotency_key')
  const columns = kept
    .filter((p) => !pathless.includes(p))
    .map(({ name, column, jsonPath }) =>
      toColumn(name, column, jsonPath, critical.has(name), file.sensitive_columns.includes(name)),
    )
  return {
    topic,
    owner,
    purpose: file.description ?? `Messages of ${topic}`,
    columns,
    keyPath: columns.find((c) => (c.physicalName ?? '') === 'idempotency_key')?.path ?? null,
    keyComments: ['the old idempotency_key'],
    versionPath: null,
    versionComments: [],
    notes: [
      'From a schema file of the old system; it named no event version: add versionPath under customProperties.',
      ...(left.length > 0 ? [`Every table has these already: ${left.join(', ')}.`] : []),
      ...(pathless.length > 0
        ? ['idempotency_key had no json_path: add keyPath under customProperties.']
        : []),
    ],
  }
}

function toColumn(
  name: string,
  column: Column,
  jsonPath: string | undefined,
  isMarked: boolean,
  isSensitive: boolean,
): DraftColumn {
  const { type, comments } = typeOf(column.type)
  const path = jsonPath === undefined ? [name] : pathOf(jsonPath, name)
  const guess = guessPiiByName(columnName([name]))
  const notes = [...comments]
  if (column.default !== undefined && column.default !== null)
    notes.push(
      `the old default ${JSON.stringify(column.default)} was never applied and is not here: null stays null`,
    )
  if (jsonPath === undefined) notes.push('guess: no json_path given, so the member of this name')
  const isClassified = column.sensitive === true || isSensitive
  if (!isClassified && guess !== null) notes.push('guess: personal data, by its name; confirm, or set public')
  const classification = isClassified ? 'hash' : guess
  const isCritical = column.cde === true || isMarked
  return {
    path,
    ...type,
    physicalName: name.toLowerCase(),
    ...(isCritical ? { isCritical } : {}),
    ...(column.required === true ? { isRequired: true } : {}),
    ...(classification === null ? {} : { classification }),
    ...(column.description === undefined ? {} : { description: column.description }),
    ...(column.enum === undefined || type.logicalType !== 'string'
      ? {}
      : {
          rules: [
            {
              name: `${columnName([name])}_enum`,
              implementation: { rule: 'enum', values: column.enum.map(String), action: 'warn' },
            },
          ],
        }),
    comments: notes,
  }
}

/** `$.payload.event.userId` → event, userId: paths are relative to the payload here. */
function pathOf(jsonPath: string, name: string): string[] {
  if (!/^\$(\.[^.[\]*?()@]+)+$/.test(jsonPath))
    throw new AppError('INVALID_CONTRACT', `${name}: json_path ${jsonPath} is not of the form $.a.b`)
  const names = jsonPath.split('.').slice(1)
  return names[0] === 'payload' && names.length > 1 ? names.slice(1) : names
}

function typeOf(text: string | undefined): {
  type: Pick<DraftColumn, 'logicalType' | 'physicalType'>
  comments: string[]
} {
  const type = (text ?? 'STRING').toUpperCase().replaceAll(/\s/g, '')
  if (/^(DECIMAL|NUMERIC)\(\d+,\d+\)$/.test(type))
    return {
      type: { logicalType: 'number', physicalType: type.replace('NUMERIC', 'DECIMAL').toLowerCase() },
      comments: [],
    }
  const known = simpleTypes.get(type)
  if (known !== undefined) return { type: known, comments: [] }
  return { type: { logicalType: 'string' }, comments: [`guess: the old type ${text} has no equal here`] }
}

const simpleTypes = new Map<string, Pick<DraftColumn, 'logicalType' | 'physicalType'>>([
  ['STRING', { logicalType: 'string' }],
  ['VARCHAR', { logicalType: 'string' }],
  ['INT', { logicalType: 'integer', physicalType: 'int' }],
  ['INTEGER', { logicalType: 'integer', physicalType: 'int' }],
  ['BIGINT', { logicalType: 'integer' }],
  ['LONG', { logicalType: 'integer' }],
  ['DOUBLE', { logicalType: 'number', physicalType: 'double' }],
  ['FLOAT', { logicalType: 'number', physicalType: 'float' }],
  ['BOOLEAN', { logicalType: 'boolean' }],
  ['TIMESTAMP', { logicalType: 'timestamp' }],
  ['DATE', { logicalType: 'date' }],
])
