import { createHash } from 'node:crypto'
import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type pg from 'pg'
import type { PooledDatabase } from './connect.ts'

export type Answer = Pick<pg.QueryResult<Record<string, unknown>>, 'rows' | 'rowCount'>

const dialect = new PgDialect()

/**
 * One transaction whose statements all go out at once: its answers are waited for one time and not once per statement. No statement can depend
 * on what a caller thinks of another one's rows; what must prevent the rest has to be refused by PostgreSQL itself, which then undoes all of it.
 * `onSent` runs while the database works. Statements are prepared once per connection. Throws the first refusal.
 */
export async function inOneFlight(
  db: PooledDatabase,
  statements: readonly SQL[],
  onSent: () => void = () => undefined,
): Promise<Answer[]> {
  // Before anything is sent: a statement that cannot be written must not be left out of the middle.
  const queries = statements.map(prepared)
  const client = await db.$client.connect()
  let isWhole = false
  try {
    const sent = [{ text: 'BEGIN' }, ...queries, { text: 'COMMIT' }].map((query) => client.query(query))
    const settled = Promise.allSettled(sent)
    onSent()
    const answers: Answer[] = []
    for (const answer of await settled) {
      if (answer.status === 'rejected') throw answer.reason
      answers.push(answer.value)
    }
    isWhole = true
    return answers.slice(1, -1)
  } finally {
    // After a refusal nobody looks what state the connection is in.
    client.release(!isWhole)
  }
}

function prepared(statement: SQL): pg.QueryConfig {
  const { sql: text, params } = dialect.sqlToQuery(statement)
  return { name: createHash('sha1').update(text).digest('base64'), text, values: params }
}
