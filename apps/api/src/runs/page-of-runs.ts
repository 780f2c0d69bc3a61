import { allowedOwners } from '@lean-ops/common/contract/permissions'
import type { RunList, RunListQuery } from '@lean-ops/common/contract/run-view'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { decodeCursor } from '@lean-ops/common/control-plane/cursor'
import { listRuns } from '@lean-ops/common/control-plane/runs/list-runs'
import { z } from 'zod'
import type { Actor } from '../app-env.ts'
import { cutPage } from '../http/cut-page.ts'
import { scrubError } from '../http/scrub-error.ts'
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
  const { page, nextCursor } = cutPage(rows, query.limit, ({ createdAt, id }) => ({ createdAt, id }))
  return { runs: page.map(scrubError), nextCursor }
}
