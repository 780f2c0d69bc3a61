import { type SQL, sql } from 'drizzle-orm'
import type { LetterSelection, PlanSelection } from '../../contract/plan.ts'
import { AppError } from '../../errors/app-error.ts'
import { filterToSql, type OwnerScope } from '../dead-letters/filter-to-sql.ts'

/** A frozen selection → one condition over `dead_letters d`: rows indexed after `asOf` and unticked ones never join. */
export function selectionToSql(selection: LetterSelection, asOf: number, owners: OwnerScope): SQL {
  if (selection.by === 'ids') {
    const scope = owners === '*' ? sql`true` : sql`d.owner = ANY (${sql.param([...owners])}::text[])`
    return sql`d.id = ANY (${sql.param([...new Set(selection.ids)])}::text[]) AND ${scope}`
  }
  const except =
    selection.except.length === 0 ? sql`true` : sql`d.id <> ALL (${sql.param([...selection.except])}::text[])`
  return sql`${filterToSql(selection.filter, owners)} AND d.index_seq <= ${asOf} AND ${except}`
}

/** Narrows a stored selection to one of messages. Throws INTERNAL: a job's selection never comes this way. */
export function requireLetters(selection: PlanSelection): LetterSelection {
  if (selection.by === 'ids' || selection.by === 'filter') return selection
  throw new AppError('INTERNAL', 'a selection of topics is none of dead letters')
}
