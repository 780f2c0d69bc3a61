/** Type of a semantic column, in Iceberg's words; `object` and `array` are stored as their exact JSON text. */
export type ColumnType =
  | { kind: 'string' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'timestamp' | 'date' }
  | { kind: 'object' | 'array' }
  | { kind: 'decimal'; precision: number; scale: number }

/** Iceberg's limit. */
export const decimalPrecisionMax = 38

type Declared = { logicalType?: string | undefined; physicalType?: string | undefined }
type TypeFault = { message: string; remedy: string }
type Resolved = { ok: true; type: ColumnType } | ({ ok: false } & TypeFault)

const physicalKinds: Record<string, Record<string, ColumnType['kind']>> = {
  string: { '': 'string', string: 'string' },
  boolean: { '': 'boolean', boolean: 'boolean' },
  integer: {
    '': 'long',
    long: 'long',
    bigint: 'long',
    int64: 'long',
    int: 'int',
    integer: 'int',
    int32: 'int',
  },
  number: { double: 'double', float: 'float' },
  timestamp: { '': 'timestamp', timestamp: 'timestamp' },
  date: { '': 'date', date: 'date' },
  object: { '': 'object', object: 'object', string: 'object' },
  array: { '': 'array', array: 'array', string: 'array' },
}

/** The column type that `logicalType` and `physicalType` of a property mean together. Case and blanks do not matter. */
export function columnType({ logicalType, physicalType }: Declared): Resolved {
  if (logicalType === undefined)
    return refuse('no logicalType', `add logicalType: ${Object.keys(physicalKinds).join(' | ')}`)
  const kinds = physicalKinds[logicalType]
  if (kinds === undefined)
    return refuse(`logicalType ${logicalType} has no column type`, 'use string and a rule of kind pattern')
  const physical = (physicalType ?? '').toLowerCase().replaceAll(/\s/g, '')
  const kind = Object.hasOwn(kinds, physical) ? kinds[physical] : undefined
  if (kind !== undefined && kind !== 'decimal') return { ok: true, type: { kind } }
  if (logicalType === 'number') return decimalType(physical)
  const known = Object.keys(kinds).filter((name) => name !== '')
  return refuse(
    `physicalType "${physicalType}" does not fit logicalType ${logicalType}`,
    `leave it out or use ${known.join(' | ')}`,
  )
}

function decimalType(physical: string): Resolved {
  if (physical === '')
    return refuse(
      'a number without physicalType',
      'add physicalType: "decimal(p,s)" (exact, for money) or double (measurements)',
    )
  const match = /^decimal\((\d{1,2}),(\d{1,2})\)$/.exec(physical)
  const [precision, scale] = [Number(match?.[1]), Number(match?.[2])]
  if (match === null || precision < 1 || precision > decimalPrecisionMax || scale > precision)
    return refuse(
      `physicalType "${physical}" is no number type`,
      `use decimal(p,s) with 1 ≤ p ≤ ${decimalPrecisionMax} and s ≤ p, double or float`,
    )
  return { ok: true, type: { kind: 'decimal', precision, scale } }
}

const refuse = (message: string, remedy: string): Resolved => ({ ok: false, message, remedy })

/** `decimal(12,2)`, else the kind. Equal types have equal text. */
export const formatColumnType = (type: ColumnType): string =>
  type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind
