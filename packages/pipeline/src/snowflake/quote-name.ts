import type { SnowflakeTarget } from '@lean-ops/common/odcs/contract-model'

/**
 * A name as a quoted identifier. Contracts hold plain names, which Snowflake folds to upper case: quoted, they must be
 * written that way, or they would name another object than the same name typed by a person.
 */
export function quoteName(name: string): string {
  return `"${name.toUpperCase().replaceAll('"', '""')}"`
}

/** `"DATABASE"."SCHEMA"."TABLE"`. */
export function quoteTable({ database, schema, table }: SnowflakeTarget): string {
  return [database, schema, table].map(quoteName).join('.')
}
