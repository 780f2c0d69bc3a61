import type { TopicContract } from './topic-contract.ts'

type Property = {
  name: string
  classification?: string | undefined
  properties?: unknown
  items?: unknown
}

/**
 * Payload paths that may be shown in clear text: fields that an active contract names and does not classify, with none of
 * their ancestors classified. Null without a schema: then nothing may. Elements of a list share the list's path.
 */
export function clearPaths(contract: TopicContract): string[][] | null {
  const schema = contract.schema[0]
  if (contract.status !== 'active' || schema === undefined) return null
  return schema.properties.flatMap((property) => pathsOf(property, []))
}

function pathsOf(property: Property, parent: readonly string[]): string[][] {
  if (isClassified(property.classification)) return []
  const path = [...parent, property.name]
  const nested = [...propertiesIn(property.properties), ...propertiesIn(itemProperties(property.items))]
  return nested.length > 0 ? nested.flatMap((child) => pathsOf(child, path)) : [path]
}

/** The standard leaves the words to us: anything but `public` protects the field. */
const isClassified = (classification: string | undefined): boolean =>
  classification !== undefined && classification !== '' && classification !== 'public'

const itemProperties = (items: unknown): unknown =>
  typeof items === 'object' && items !== null && 'properties' in items ? items.properties : undefined

const propertiesIn = (value: unknown): Property[] => (Array.isArray(value) ? value.filter(isProperty) : [])

const isProperty = (value: unknown): value is Property =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  (!('classification' in value) ||
    value.classification === undefined ||
    typeof value.classification === 'string')
