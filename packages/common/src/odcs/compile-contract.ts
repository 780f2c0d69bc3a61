import { compileColumns } from './compile-columns.ts'
import type { LocalFault } from './contract-fault.ts'
import type { ContractColumn, ContractModel, SnowflakeTarget } from './contract-model.ts'
import { type ContractProperty, customProperty, type TopicContract } from './topic-contract.ts'

type Refuse = (path: readonly (string | number)[], message: string, remedy: string) => void

const backlogThresholdDefault = 10_000
const spikePercentDefault = 10
const secondsOf: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** A contract document → what the product reads of it, and everything that our own rules refuse. The model is usable only without faults. */
export function compileContract(contract: TopicContract): { model: ContractModel; faults: LocalFault[] } {
  const faults: LocalFault[] = []
  const refuse: Refuse = (path, message, remedy) => faults.push({ path, message, remedy })
  const properties = contract.schema[0]?.properties ?? []
  const columns = compileColumns(properties, ['schema', 0, 'properties'], faults)
  refuseSameRuleNames(columns, refuse)
  const keyPath = compileKeyPath(contract, properties, columns, refuse)
  if (contract.status === 'active') requireForActive(contract, columns, keyPath, refuse)
  const model: ContractModel = {
    topic: contract.name,
    version: contract.version,
    status: contract.status,
    owner: contract.team.name,
    purpose: contract.description?.purpose ?? null,
    columns,
    keyPath,
    eventVersion: compileEventVersion(contract, columns, refuse),
    onSpike: compileOnSpike(contract, refuse),
    spikePercent: numberSetting(contract, 'spikePercent', spikePercentDefault, 100, refuse),
    latencySeconds: compileLatency(contract, refuse),
    backlogThreshold: numberSetting(
      contract,
      'backlogThreshold',
      backlogThresholdDefault,
      Number.MAX_SAFE_INTEGER,
      refuse,
    ),
    runbook: compileRunbook(contract, refuse),
    hasRestrictedTable: compileRestricted(contract, columns, refuse),
    snowflake: compileSnowflake(contract, refuse),
  }
  return { model, faults }
}

/** A path setting: `a.b`, or a list of names where a name holds a dot. Null when absent; undefined when it is neither. */
export function pathSetting(contract: TopicContract, property: string): string[] | null | undefined {
  const value = customProperty(contract, property)
  if (value === undefined || value === '') return null
  const names = typeof value === 'string' ? value.split('.') : value
  const isPath =
    Array.isArray(names) && names.length > 0 && names.every((n) => typeof n === 'string' && n !== '')
  return isPath ? names.map(String) : undefined
}

const isSamePath = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, n) => name === b[n])

function compileKeyPath(
  contract: TopicContract,
  properties: readonly ContractProperty[],
  columns: readonly ContractColumn[],
  refuse: Refuse,
): string[] | null {
  const path = pathSetting(contract, 'keyPath')
  if (path === undefined) {
    refuse(['customProperties'], 'keyPath is no path', 'write names joined by dots, such as order.id')
    return null
  }
  const marked = primaryKeys(properties, [])
  if (path === null) {
    if (marked.length > 0)
      refuse(
        ['customProperties'],
        `${marked.map((m) => m.join('.')).join(', ')} is a primary key but there is no keyPath`,
        'add { property: keyPath, value: … }: the job merges by it',
      )
    return null
  }
  if (columns.length === 0) return path
  const column = columns.find((c) => isSamePath(c.path, path))
  if (column === undefined)
    refuse(
      ['customProperties'],
      `keyPath ${path.join('.')} is not among the properties`,
      'declare it; classification: drop keeps it out of the table',
    )
  else if (!['string', 'int', 'long', 'decimal'].includes(column.type.kind))
    refuse(
      ['customProperties'],
      `keyPath ${path.join('.')} is of type ${column.type.kind}`,
      'keys are compared as text: use a string or a whole number',
    )
  const other = marked.find((m) => !isSamePath(m, path))
  if (other !== undefined)
    refuse(
      ['customProperties'],
      `keyPath is ${path.join('.')}, but ${other.join('.')} is marked primaryKey`,
      'mark the property that keyPath names, and only that one',
    )
  return path
}

const primaryKeys = (properties: readonly ContractProperty[], parent: readonly string[]): string[][] =>
  properties.flatMap((p) => [
    ...(p.primaryKey ? [[...parent, p.name]] : []),
    ...primaryKeys(p.properties ?? [], [...parent, p.name]),
  ])

function compileEventVersion(
  contract: TopicContract,
  columns: readonly ContractColumn[],
  refuse: Refuse,
): ContractModel['eventVersion'] {
  const path = pathSetting(contract, 'versionPath')
  if (path === null) return null
  const column = path && columns.find((c) => isSamePath(c.path, path))
  if (path === undefined || column === undefined) {
    refuse(
      ['customProperties'],
      `versionPath ${path?.join('.') ?? ''} is not among the properties`,
      'declare it with its type: versions are compared by value, not as text',
    )
    return null
  }
  if (!['timestamp', 'date', 'int', 'long', 'decimal'].includes(column.type.kind)) {
    refuse(
      ['customProperties'],
      `versionPath ${path.join('.')} is of type ${column.type.kind}, which has no order of versions`,
      'use a timestamp, a date, a whole number or a decimal',
    )
    return null
  }
  if (column.classification !== null)
    refuse(
      ['customProperties'],
      `versionPath ${path.join('.')} is classified ${column.classification}, but it is stored to order versions`,
      'order by a property that may be stored in clear, or classify it as public',
    )
  return { path, type: column.type, timestampFormat: column.timestampFormat }
}

function requireForActive(
  contract: TopicContract,
  columns: readonly ContractColumn[],
  keyPath: string[] | null,
  refuse: Refuse,
): void {
  if (columns.length === 0)
    refuse(['schema'], 'an active contract without columns', 'declare the properties, or set status: draft')
  if (keyPath === null && pathSetting(contract, 'keyPath') === null)
    refuse(
      ['customProperties'],
      'an active contract without keyPath',
      'add { property: keyPath, value: <path of the business key> }, or set status: draft',
    )
}

function refuseSameRuleNames(columns: readonly ContractColumn[], refuse: Refuse): void {
  const seen = new Set<string>()
  for (const { name } of columns.flatMap((c) => c.rules)) {
    if (seen.has(name))
      refuse(['schema', 0], `two rules are called ${name}`, 'rename one: findings are counted by name')
    seen.add(name)
  }
}

function compileOnSpike(contract: TopicContract, refuse: Refuse): 'continue' | 'hold' {
  const value = customProperty(contract, 'onSpike') ?? 'continue'
  if (value === 'continue' || value === 'hold') return value
  refuse(['customProperties'], `onSpike ${JSON.stringify(value)} is not known`, 'use continue or hold')
  return 'hold'
}

function numberSetting(
  contract: TopicContract,
  property: string,
  absent: number,
  max: number,
  refuse: Refuse,
): number {
  const value = customProperty(contract, property) ?? absent
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value
  refuse(
    ['customProperties'],
    `${property} ${JSON.stringify(value)}`,
    `use a whole number from 1${max === 100 ? ' to 100' : ''}`,
  )
  return absent
}

function compileLatency(contract: TopicContract, refuse: Refuse): number | null {
  const index = contract.slaProperties.findIndex((p) => p.property === 'latency')
  const sla = contract.slaProperties[index]
  if (sla === undefined) return null
  const unit = secondsOf[sla.unit ?? '']
  if (typeof sla.value === 'number' && sla.value > 0 && unit !== undefined) return sla.value * unit
  refuse(
    ['slaProperties', index],
    `latency ${JSON.stringify(sla.value)} ${sla.unit ?? ''}`,
    'use { property: latency, value: 15, unit: m } with unit s, m, h or d',
  )
  return null
}

function compileRunbook(contract: TopicContract, refuse: Refuse): string | null {
  const value = customProperty(contract, 'runbook')
  if (value === undefined) return null
  if (typeof value === 'string' && /^(https:\/\/\S+|docs\/\S+\.md)$/.test(value)) return value
  refuse(['customProperties'], 'runbook is no address', 'use an https:// address or docs/….md')
  return null
}

function compileRestricted(
  contract: TopicContract,
  columns: readonly ContractColumn[],
  refuse: Refuse,
): boolean {
  const value = customProperty(contract, 'restrictedTable') ?? false
  if (typeof value !== 'boolean')
    refuse(['customProperties'], `restrictedTable ${JSON.stringify(value)}`, 'use true or false')
  else if (value && !columns.some((c) => c.classification === 'hash' || c.classification === 'mask'))
    refuse(
      ['customProperties'],
      'restrictedTable without a property classified hash or mask',
      'leave it out: it would hold nothing',
    )
  return value === true
}

const snowflakeName = /^[A-Za-z_][A-Za-z0-9_$]{0,254}$/

function compileSnowflake(contract: TopicContract, refuse: Refuse): SnowflakeTarget | null {
  const value = customProperty(contract, 'snowflake')
  if (value === undefined) return null
  const part = (key: keyof SnowflakeTarget): string | undefined => {
    const found: unknown =
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([k]) => k === key)?.[1]
        : undefined
    return typeof found === 'string' && snowflakeName.test(found) ? found : undefined
  }
  const [database, schema, table] = [part('database'), part('schema'), part('table')]
  if (database !== undefined && schema !== undefined && table !== undefined)
    return { database, schema, table }
  refuse(
    ['customProperties'],
    'snowflake names no table',
    'use value: { database: ANALYTICS, schema: COMMERCE, table: ORDERS } with plain names',
  )
  return null
}
