import { listNeededSnapshots } from '@lean-ops/common/control-plane/lake-jobs/list-needed-snapshots'
import { recordMaintenance } from '@lean-ops/common/control-plane/lake-jobs/record-maintenance'
import { tableName } from '@lean-ops/common/topics/topic-names'
import { z } from 'zod'
import { lakeDatabases } from '../../runs/lake-databases.ts'
import type { JobDeps } from './run-job.ts'
import type { TableWork } from './work-on-tables.ts'

const Measure = z.looseObject({ files: z.int(), bytes: z.int(), snapshots: z.int() })

/** What the job leaves per topic (`lean_ops/maintenance/plan.py`). */
const Result = z.looseObject({
  state: z.enum(['succeeded', 'failed']),
  tables: z.array(z.looseObject({ before: Measure.nullable(), after: Measure.nullable() })),
  error: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
})

/** Compaction and expiry of all tables of a topic, RAW among them. What consumers go on from is named and kept. */
export function maintainTables(operationId: string, deps: JobDeps): TableWork {
  return {
    job: 'maintenance',
    groupMax: 10,
    leaseSeconds: 3 * 3_600,
    async plan(leases, execution) {
      const needed = await listNeededSnapshots(
        deps.db,
        leases.map((l) => l.topic),
      )
      const tasks = leases.map(({ topic, token }) => ({
        taskId: taskIdOf(topic),
        topic,
        table: tableName(topic),
        leaseToken: token,
        keep: needed.get(topic) ?? [],
      }))
      return {
        plan: { version: 1, execution, databases: lakeDatabases(deps.jobs.stage), tasks },
        refused: new Map(),
      }
    },
    async settle(topic, execution) {
      const found = await deps.jobs.readLakeResult(execution, taskIdOf(topic))
      if (found === undefined) return { outcome: 'failed', detail: 'the job left no result' }
      const result = Result.parse(found)
      if (result.state === 'failed')
        return { outcome: 'failed', detail: `${result.error?.code}: ${result.error?.message}` }
      await recordMaintenance(deps.db, { topic, operationId, result })
      return { outcome: 'resolved', detail: describe(result.tables) }
    },
  }
}

const taskIdOf = (topic: string): string => `${topic}-maintenance`

function describe(tables: z.infer<typeof Result>['tables']): string {
  const sum = (side: 'before' | 'after', of: 'files' | 'bytes' | 'snapshots'): string =>
    tables.reduce((all, table) => all + (table[side]?.[of] ?? 0), 0).toLocaleString('en-US')
  return (['files', 'bytes', 'snapshots'] as const)
    .map((of) => `${of} ${sum('before', of)} → ${sum('after', of)}`)
    .join('; ')
}
