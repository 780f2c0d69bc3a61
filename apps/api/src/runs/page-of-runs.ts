import { allowedOwners } from '@lean-ops/common/contract/permissions'
import type { RunList, RunListQuery, RunRow } from '@lean-ops/common/contract/run-view'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { listRuns } from '@lean-ops/common/control-plane/runs/list-runs'
import { scrubMessage } from '@lean-ops/common/masking/scrub-message'
import { z } from 'zod'
import type { Actor } from '../app-env.ts'
import { decodeCursor, encodeCursor } from '../http/cursor.ts'
import { topicsOfOwners } from '../operations/topics-of-owners.ts'

const Position = z.object({ createdAt: z.iso.datetime(), id: z.string().max(80) })

/** One page of the runs that the actor may see, and the cursor of the next. */
export async function pageOfRuns(db: Database, actor: Actor, query: RunListQuery): Promise<RunList> {
  const rows = await listRuns(db, {
    ...(query.state ? { states: query.state } : {}),
    ...(query.trigger ? { triggers: query.trigger } : {}),
    ...(query.topic === undefined ? {} : { topic: query.topic }),
    ...(query.operationId === undefined ? {} : { operationId: query.operationId }),
    ...(query.from === undefined ? {} : { from: query.from }),
    ...(query.to === undefined ? {} : { to: query.to }),
    ...(query.cursor === undefined ? {} : { after: decodeCursor(Position, query.cursor) }),
    limit: query.limit + 1,
    topics: await topicsOfOwners(db, allowedOwners(actor.grants, 'topic:read')),
  })
  const runs = rows.slice(0, query.limit).map(scrubRun)
  const last = rows.length > query.limit ? runs.at(-1) : undefined
  return { runs, nextCursor: last ? encodeCursor({ createdAt: last.createdAt, id: last.id }) : null }
}

/** Jobs and Step Functions write causes of their own, which may quote a value. */
export const scrubRun = <R extends Pick<RunRow, 'error'>>(run: R): R =>
  run.error === null ? run : { ...run, error: { ...run.error, message: scrubMessage(run.error.message) } }
