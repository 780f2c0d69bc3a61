import { type ColumnType, columnType } from './column-type.ts'
import { compileRules } from './compile-rules.ts'
import type { LocalFault } from './contract-fault.ts'
import {
  type Classification,
  type ContractColumn,
  classifications,
  type TimestampFormat,
  timestampFormats,
} from './contract-model.ts'
import { isReservedColumn } from './reserved-columns.ts'
import { type ContractItems, type ContractProperty, customProperty } from './topic-contract.ts'

type Place = readonly (string | number)[]
type Parent = { path: readonly string[]; classification: Classification | null }

/** Deeper members of objects stay inside a JSON text column: a table of a thousand columns helps nobody. */
export const nestingDepthMax = 5

/** The semantic columns of a contract's properties: nested objects become one column per leaf. Adds what is wrong to `faults`. */
export function compileColumns(
  properties: readonly ContractProperty[],
  place: Place,
  faults: LocalFault[],
): ContractColumn[] {
  const columns = properties.flatMap((property, n) =>
    compileProperty(property, [...place, n], { path: [], classification: null }, faults),
  )
  refuseClashes(columns, place, faults)
  return columns
}

function compileProperty(
  property: ContractProperty,
  place: Place,
  parent: Parent,
  faults: LocalFault[],
): ContractColumn[] {
  const path = [...parent.path, property.name]
  const classification =
    compileClassification(property.classification, place, faults) ?? parent.classification
  const children = property.properties ?? []
  if (children.length > 0) {
    refuseContainerSettings(property, path, place, faults)
    return children.flatMap((child, n) =>
      compileProperty(child, [...place, 'properties', n], { path, classification }, faults),
    )
  }
  refuseHiddenClassification(property, classification, place, faults)
  const resolved = columnType(property)
  if (!resolved.ok) {
    const key = property.logicalType === undefined ? 'logicalType' : 'physicalType'
    faults.push({ path: [...place, key], message: resolved.message, remedy: resolved.remedy })
    return []
  }
  const timestampFormat = compileTimestampFormat(property, resolved.type, place, faults)
  const name = property.physicalName ?? columnName(path)
  refuseName(name, path, place, faults)
  return [
    {
      name,
      path,
      type: resolved.type,
      timestampFormat,
      required: property.required || property.criticalDataElement,
      isCritical: property.criticalDataElement,
      isBlankAllowed: compileBlank(property, place, faults),
      rules: compileRules(property, resolved.type, timestampFormat, place, faults),
      classification,
      description: property.description ?? null,
    },
  ]
}

/** `customer.zipCode` → `customer_zip_code`. Not reversible; that is why clashes are faults and `physicalName` exists. */
export const columnName = (path: readonly string[]): string =>
  path
    .map((segment) => segment.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2'))
    .join('_')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '')

function refuseName(name: string, path: readonly string[], place: Place, faults: LocalFault[]): void {
  const at = [...place, 'physicalName']
  if (!/^[a-z_][a-z0-9_]{0,127}$/.test(name))
    faults.push({
      path: at,
      message: `"${name}" (${path.join('.')}) is no column name`,
      remedy: 'set physicalName to lower-case letters, digits and underscores, not starting with a digit',
    })
  else if (isReservedColumn(name))
    faults.push({
      path: at,
      message: `column ${name} (${path.join('.')}) belongs to every semantic table already`,
      remedy: `set physicalName, for example payload_${name}`,
    })
}

function refuseClashes(columns: readonly ContractColumn[], place: Place, faults: LocalFault[]): void {
  const byName = new Map<string, ContractColumn>()
  const paths = new Set<string>()
  for (const column of columns) {
    const other = byName.get(column.name)
    const path = JSON.stringify(column.path)
    if (paths.has(path))
      faults.push({
        path: place,
        message: `${column.path.join('.')} is declared twice`,
        remedy: 'keep one of them',
      })
    else if (other !== undefined)
      faults.push({
        path: place,
        message: `${other.path.join('.')} and ${column.path.join('.')} are both called ${column.name}`,
        remedy: 'give one of them a physicalName',
      })
    byName.set(column.name, column)
    paths.add(path)
  }
}

function compileClassification(
  word: string | undefined,
  place: Place,
  faults: LocalFault[],
): Classification | null {
  if (word === undefined || word === '' || word === 'public') return null
  const known = classifications.find((c) => c === word)
  if (known !== undefined) return known
  faults.push({
    path: [...place, 'classification'],
    message: `classification "${word}" is not known`,
    remedy: `say what is to be done with the value: ${classifications.join(' | ')}, or public`,
  })
  // What somebody meant to protect is not shown while the word is wrong.
  return 'drop'
}

function compileTimestampFormat(
  property: ContractProperty,
  type: ColumnType,
  place: Place,
  faults: LocalFault[],
): TimestampFormat {
  const value = customProperty(property, 'timestampFormat')
  const format = timestampFormats.find((f) => f === (value ?? 'rfc3339'))
  if (format !== undefined && (value === undefined || type.kind === 'timestamp')) return format
  faults.push({
    path: [...place, 'customProperties'],
    message: `timestampFormat ${JSON.stringify(value)} does not fit`,
    remedy: `only for logicalType timestamp, and one of ${timestampFormats.join(' | ')}`,
  })
  return 'rfc3339'
}

function compileBlank(property: ContractProperty, place: Place, faults: LocalFault[]): boolean {
  const value = customProperty(property, 'blank')
  if (value === undefined || value === 'forbidden') return false
  if (value === 'allowed' && property.criticalDataElement && property.logicalType === 'string') return true
  faults.push({
    path: [...place, 'customProperties'],
    message: `blank: ${JSON.stringify(value)} has no meaning here`,
    remedy: 'blank: allowed is for critical data elements of logicalType string; leave it out elsewhere',
  })
  return false
}

function refuseContainerSettings(
  property: ContractProperty,
  path: readonly string[],
  place: Place,
  faults: LocalFault[],
): void {
  const refuse = (key: string, message: string, remedy: string): void => {
    faults.push({ path: [...place, key], message, remedy })
  }
  if (property.logicalType !== 'object')
    refuse(
      'logicalType',
      `${path.join('.')} has properties but is no object`,
      'set logicalType: object; describe lists under items',
    )
  if (path.length >= nestingDepthMax)
    refuse(
      'properties',
      `${path.join('.')} is nested deeper than ${nestingDepthMax} levels`,
      'leave its properties out: the whole object is then one column of JSON text',
    )
  if (property.criticalDataElement)
    refuse(
      'criticalDataElement',
      `${path.join('.')} becomes several columns`,
      'mark the members that must be there',
    )
  if (property.quality.length > 0)
    refuse('quality', `${path.join('.')} becomes several columns`, 'put the rules on its members')
  if (property.physicalName !== undefined)
    refuse('physicalName', `${path.join('.')} becomes several columns`, 'name its members')
}

/** A list is stored as one text: a classification inside it would protect nothing. */
function refuseHiddenClassification(
  property: ContractProperty,
  classification: Classification | null,
  place: Place,
  faults: LocalFault[],
): void {
  if (classification === null && property.items !== undefined && hasClassified(property.items))
    faults.push({
      path: [...place, 'classification'],
      message: `elements of ${property.name} are classified, but the list is stored as one JSON text`,
      remedy: 'classify the list itself (drop keeps it out of the table)',
    })
}

const hasClassified = (items: ContractItems | ContractProperty): boolean =>
  (items.classification !== undefined && items.classification !== '' && items.classification !== 'public') ||
  (items.properties ?? []).some(hasClassified) ||
  (items.items !== undefined && hasClassified(items.items))
