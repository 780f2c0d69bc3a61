import { sql } from 'drizzle-orm'
import { AppError } from '../errors/app-error.ts'
import type { Database } from './connect.ts'
import { sqlState } from './repeat-on-conflict.ts'

/** PostgreSQL's "query canceled". */
const canceled = '57014'

/**
 * Runs read-only queries that PostgreSQL gives up after `timeoutMs`. Throws UNPROCESSABLE with `advice` then: a page that
 * spins for a minute helps nobody, and a cancelled request must not keep the database busy.
 */
export async function withTimeLimit<T>(
  db: Pick<Database, 'transaction'>,
  timeoutMs: number,
  advice: string,
  work: (tx: Pick<Database, 'execute'>) => Promise<T>,
): Promise<T> {
  try {
    return await db.transaction(
      async (tx) => {
        // Memory to sort and count 100,000 rows without going to disk; given back at the end of the transaction.
        await tx.execute(
          sql.raw(`SET LOCAL statement_timeout = ${Math.round(timeoutMs)}; SET LOCAL work_mem = '32MB'`),
        )
        return work(tx)
      },
      { accessMode: 'read only' },
    )
  } catch (error) {
    if (!isTimeout(error)) throw error
    throw new AppError('UNPROCESSABLE', `The search was stopped after ${timeoutMs / 1_000} s. ${advice}`, {
      cause: error,
    })
  }
}

/** True for an error of a query that ran out of its time, also as {@link withTimeLimit} throws it. */
export const isTimeout = (error: unknown): boolean =>
  sqlState(error) === canceled || (error instanceof AppError && isTimeout(error.cause))
