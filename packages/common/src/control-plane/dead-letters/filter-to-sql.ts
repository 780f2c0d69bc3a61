import { type SQL, sql } from 'drizzle-orm'
import type { DeadLetterFilter } from '../../contract/dead-letter-filter.ts'
import { statusOnShelf } from './shelf-of.ts'

/** Whose rows the caller may touch: every owner, or these. */
export type OwnerScope = '*' | readonly string[]

/**
 * A resolved filter → one condition over `dead_letters d`. Parameters only; nothing of the filter becomes SQL text.
 * Bodies are reached by EXISTS, so that a filter without text never touches them. `of: 'counts'`: over `dead_letter_counts d`.
 */
export function filterToSql(
  filter: DeadLetterFilter,
  owners: OwnerScope,
  of: 'letters' | 'counts' = 'letters',
): SQL {
  const conditions: (SQL | undefined)[] = [
    oneOf(sql`d.topic`, filter.topic),
    oneOf(sql`d.owner`, filter.owner),
    oneOf(sql`d.stage`, filter.stage),
    oneOf(sql`d.code`, filter.code),
    filter.fingerprint && sql`d.fingerprint IN (${currentFingerprints(filter.fingerprint)})`,
    of === 'letters' ? statusOnShelf(filter.status) : oneOf(sql`d.status`, filter.status),
    oneOf(sql`d.message_id`, filter.messageId),
    filter.failedFrom === undefined ? undefined : sql`d.last_failed_at >= ${filter.failedFrom}::timestamptz`,
    filter.failedTo === undefined ? undefined : sql`d.last_failed_at < ${filter.failedTo}::timestamptz`,
    filter.attemptsMin === undefined ? undefined : sql`d.attempt >= ${filter.attemptsMin}`,
    filter.sizeMin === undefined ? undefined : sql`d.size_bytes >= ${filter.sizeMin}`,
    filter.sizeMax === undefined ? undefined : sql`d.size_bytes <= ${filter.sizeMax}`,
    filter.operationId === undefined
      ? undefined
      : sql`d.id IN (SELECT dead_letter_id FROM operation_items WHERE operation_id = ${filter.operationId})`,
    filter.text === undefined ? undefined : inBody(sql`b.search ILIKE ${likePattern(filter.text)}`),
    filter.path === undefined || filter.pathValue === undefined
      ? undefined
      : inBody(
          sql`b.kind = 'json' AND body_text_at(b.inline, ${sql.param(pathSegments(filter.path))}::text[]) = ${filter.pathValue}`,
        ),
    attributeCondition(filter),
    owners === '*' ? undefined : sql`d.owner = ANY (${sql.param([...owners])}::text[])`,
  ]
  const given = conditions.filter((c) => c !== undefined)
  return given.length === 0 ? sql`true` : sql.join(given, sql` AND `)
}

/** A single value as an equation: only then does an index on (value, time) give the rows in order. */
function oneOf(column: SQL, values: readonly string[] | undefined): SQL | undefined {
  if (values === undefined) return undefined
  const [only] = values
  if (values.length === 1 && only !== undefined) return sql`${column} = ${only}`
  return sql`${column} = ANY (${sql.param([...values])}::text[])`
}

/** Old links name fingerprints of an earlier version; their aliases lead to today's. */
const currentFingerprints = (fingerprints: readonly string[]): SQL => sql`
  SELECT f FROM unnest(${sql.param([...fingerprints])}::text[]) AS f
  UNION SELECT a.fingerprint FROM fingerprint_aliases a WHERE a.old_fingerprint = ANY (${sql.param([...fingerprints])}::text[])`

const inBody = (condition: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM dead_letter_bodies b WHERE b.dead_letter_id = d.id AND ${condition})`

const likePattern = (text: string): string => `%${text.replace(/[\\%_]/g, (c) => `\\${c}`)}%`

/** `$.a.b[0]` → ['a', 'b', '0'], as PostgreSQL's `#>>` takes it. */
const pathSegments = (path: string): string[] =>
  [...path.matchAll(/\.([A-Za-z0-9_-]+)|\[(\d+)\]/g)].map((m) => m[1] ?? m[2] ?? '')

function attributeCondition(filter: DeadLetterFilter): SQL | undefined {
  if (filter.attribute === undefined) return undefined
  if (filter.attributeValue === undefined) return sql`d.attributes ? ${filter.attribute}`
  return sql`d.attributes -> ${filter.attribute} ->> 'value' = ${filter.attributeValue}`
}
