import type { OperationList, OperationListQuery } from '@lean-ops/common/contract/operation-requests'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { decodeCursor } from '@lean-ops/common/control-plane/cursor'
import { listOperations } from '@lean-ops/common/control-plane/operations/list-operations'
import { z } from 'zod'
import type { Actor } from '../app-env.ts'
import { cutPage } from '../http/cut-page.ts'
import { topicsOfOwners } from './topics-of-owners.ts'

const Position = z.object({ createdAt: z.iso.datetime(), id: z.uuid() })

/** One page of the operations that the actor may see, and the cursor of the next. */
export async function pageOfOperations(
  db: Database,
  actor: Actor,
  query: z.infer<typeof OperationListQuery>,
): Promise<OperationList> {
  const rows = await listOperations(db, {
    ...(query.state ? { states: query.state } : {}),
    ...(query.kind ? { kinds: query.kind } : {}),
    ...(query.topic === undefined ? {} : { topic: query.topic }),
    ...(query.by === 'me' ? { actorId: actor.id } : {}),
    ...(query.live === undefined ? {} : { isLive: query.live === 'true' }),
    ...(query.cursor === undefined ? {} : { after: decodeCursor(Position, query.cursor) }),
    limit: query.limit + 1,
    topics: await topicsOfOwners(db, allowedOwners(actor.grants, 'topic:read')),
  })
  const { page, nextCursor } = cutPage(rows, query.limit, ({ createdAt, id }) => ({ createdAt, id }))
  return { operations: page, nextCursor }
}
