import type { Database } from '@lean-ops/common/control-plane/connect'
import type { FailureReport } from '@lean-ops/common/control-plane/dead-letters/failure-report'
import { recordDeadLetters } from '@lean-ops/common/control-plane/dead-letters/record-dead-letters'
import { sqlState } from '@lean-ops/common/control-plane/repeat-on-conflict'

export type Recorded = {
  recorded: number
  duplicates: number
  returned: number
  /** Reports that PostgreSQL refuses for what is in them; the others are recorded. */
  refused: { report: FailureReport; error: unknown }[]
}

/**
 * Records a batch in one transaction. When PostgreSQL refuses the data of one report (class 22 or 23), halves find it, so
 * that one poisoned message never keeps 499 others in the queue. Throws everything else: the database is then not to be had.
 */
export async function recordInParts(db: Database, reports: readonly FailureReport[]): Promise<Recorded> {
  try {
    const { recorded, duplicates, returned } = await recordDeadLetters(db, reports)
    return { recorded, duplicates, returned: returned.length, refused: [] }
  } catch (error) {
    const [only] = reports
    if (!/^2[23]/.test(sqlState(error)) || only === undefined) throw error
    if (reports.length === 1)
      return { recorded: 0, duplicates: 0, returned: 0, refused: [{ report: only, error }] }
    const middle = Math.ceil(reports.length / 2)
    const first = await recordInParts(db, reports.slice(0, middle))
    const second = await recordInParts(db, reports.slice(middle))
    return {
      recorded: first.recorded + second.recorded,
      duplicates: first.duplicates + second.duplicates,
      returned: first.returned + second.returned,
      refused: [...first.refused, ...second.refused],
    }
  }
}
