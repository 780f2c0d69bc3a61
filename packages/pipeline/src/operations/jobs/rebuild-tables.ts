import { applyRebuild } from '@lean-ops/common/control-plane/lake-jobs/apply-rebuild'
import { findRebuild, type Rebuild } from '@lean-ops/common/control-plane/lake-jobs/find-rebuild'
import { tableName } from '@lean-ops/common/topics/topic-names'
import { z } from 'zod'
import { compileCuratedTables } from '../../contracts/compile-curated-tables.ts'
import { compileSemanticTables } from '../../contracts/compile-semantic-tables.ts'
import { renderCreate } from '../../contracts/render-ddl.ts'
import { lakeDatabases } from '../../runs/lake-databases.ts'
import type { JobDeps } from './run-job.ts'
import type { TableWork } from './work-on-tables.ts'

/** What the job leaves per topic (`lean_ops/rebuild/plan.py`). */
const Result = z.looseObject({
  state: z.enum(['succeeded', 'failed']),
  action: z.enum(['compare', 'swap']),
  passSeq: z.int(),
  differences: z.array(
    z.looseObject({
      layer: z.enum(['curated', 'semantic']),
      table: z.string(),
      rebuiltRows: z.int(),
      onlyLive: z.int(),
      onlyRebuilt: z.int(),
    }),
  ),
  archive: z.string().nullable(),
  snapshots: z.record(z.string(), z.string()),
  error: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
})
type Result = z.infer<typeof Result>

/**
 * All tables of a topic anew from RAW, as far as curated has read it. `compare` says what differs from the live tables;
 * `swap` also puts the rows in their place, keeps the old state under a tag, and has the checkpoints follow.
 */
export function rebuildTables(action: 'compare' | 'swap', deps: JobDeps): TableWork {
  return {
    job: 'rebuild',
    // A rebuild reads all of RAW: one topic at a time is kept from its runs.
    groupMax: 1,
    leaseSeconds: 9 * 3_600,
    async plan(leases, execution) {
      const found = await Promise.all(
        leases.map(async (lease) => ({ lease, rebuild: await findRebuild(deps.db, lease.topic) })),
      )
      const tasks = found.flatMap(({ lease, rebuild }) =>
        'why' in rebuild ? [] : [taskOf(rebuild, lease.token, action, deps)],
      )
      return {
        plan: {
          version: 1,
          execution,
          stage: deps.jobs.stage,
          databases: lakeDatabases(deps.jobs.stage),
          tasks,
        },
        refused: new Map(
          found.flatMap(({ lease, rebuild }) => ('why' in rebuild ? [[lease.topic, rebuild.why]] : [])),
        ),
      }
    },
    async settle(topic, execution) {
      const rebuild = await findRebuild(deps.db, topic)
      if ('why' in rebuild) return { outcome: 'failed', detail: rebuild.why }
      const found = await deps.jobs.readLakeResult(execution, taskIdOf(rebuild))
      // Settled by a worker that died before it could say so: the checkpoints stand behind this rebuild already.
      const result = Result.parse(
        found ??
          (await deps.jobs.readLakeResult(
            execution,
            taskIdOf({ ...rebuild, passSeq: rebuild.passSeq - 1 }),
          )) ??
          missing,
      )
      if (result.state === 'failed')
        return { outcome: 'failed', detail: `${result.error?.code}: ${result.error?.message}` }
      if (found !== undefined && action === 'swap') await follow(topic, execution, rebuild, result, deps)
      return { outcome: 'resolved', detail: describe(result) }
    },
  }
}

const taskIdOf = ({ topic, passSeq }: Pick<Rebuild, 'topic' | 'passSeq'>): string =>
  `${topic}-rebuild-${passSeq}`

const missing = {
  state: 'failed',
  action: 'compare',
  passSeq: 0,
  differences: [],
  archive: null,
  snapshots: {},
  error: { code: 'RESULT_MISSING', message: 'the job left no result' },
}

function taskOf(rebuild: Rebuild, leaseToken: number, action: 'compare' | 'swap', deps: JobDeps) {
  const place = { stage: deps.jobs.stage, lake: deps.jobs.lakeBucket }
  const { contract } = rebuild
  const shapes = [
    ...compileCuratedTables(contract),
    ...(contract.columns.length > 0 ? compileSemanticTables(contract) : []),
  ]
  return {
    taskId: taskIdOf(rebuild),
    topic: rebuild.topic,
    table: tableName(rebuild.topic),
    leaseToken,
    passSeq: rebuild.passSeq,
    action,
    rawSnapshot: rebuild.rawSnapshot,
    contract,
    contractVersion: rebuild.contractVersion,
    tables: shapes.map((shape) => ({ ...shape, create: renderCreate(shape, place) })),
  }
}

async function follow(
  topic: string,
  holder: string,
  rebuild: Rebuild,
  result: Result,
  deps: JobDeps,
): Promise<void> {
  const headOf = (layer: 'curated' | 'semantic', suffix: string) => {
    const snapshotId = result.snapshots[`${layer}${suffix}`]
    const table = `${tableName(topic)}${suffix}`
    const rows = result.differences.find((d) => d.layer === layer && d.table.endsWith(table))?.rebuiltRows
    return snapshotId === undefined ? null : { snapshotId, rows: rows ?? 0 }
  }
  const versions = headOf('curated', '__versions')
  // An empty topic has no head to follow.
  if (versions === null) return
  await applyRebuild(deps.db, {
    topic,
    holder,
    taskId: taskIdOf(rebuild),
    passSeq: rebuild.passSeq,
    contractVersion: rebuild.contractVersion,
    contractSha256: rebuild.contractSha256,
    versions,
    semantic: headOf('semantic', ''),
  })
  if (rebuild.contract.snowflake) await deps.jobs.refreshSnowflake([topic])
}

function describe({ differences, archive }: Result): string {
  const differing = differences.filter((d) => d.onlyLive + d.onlyRebuilt > 0)
  const words =
    differing.length === 0
      ? `all ${differences.length} tables are equal row for row`
      : differing
          .map((d) => `${d.table}: ${d.onlyLive} rows only live, ${d.onlyRebuilt} only rebuilt`)
          .join('; ')
  return archive === null ? words : `${words}; the old state stays under the tag ${archive}`
}
