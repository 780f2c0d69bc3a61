import type { ItemListQuery, OperationItemList } from '@lean-ops/common/contract/operation-requests'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { decodeCursor } from '@lean-ops/common/control-plane/cursor'
import { listOperationItems } from '@lean-ops/common/control-plane/operations/list-operation-items'
import { z } from 'zod'
import type { Actor } from '../app-env.ts'
import { cutPage } from '../http/cut-page.ts'
import { topicsOfOwners } from './topics-of-owners.ts'

const Position = z.object({ sequence: z.int(), id: z.string() })

/** One page of an operation's items on topics that the actor may see. */
export async function pageOfItems(
  db: Database,
  actor: Actor,
  operationId: string,
  query: z.infer<typeof ItemListQuery>,
): Promise<OperationItemList> {
  const rows = await listOperationItems(db, {
    operationId,
    ...(query.word === undefined ? {} : { word: query.word }),
    ...(query.cursor === undefined ? {} : { after: decodeCursor(Position, query.cursor) }),
    limit: query.limit + 1,
    topics: await topicsOfOwners(db, allowedOwners(actor.grants, 'topic:read')),
  })
  const { page, nextCursor } = cutPage(rows, query.limit, ({ sequence, deadLetterId: id }) => ({
    sequence,
    id,
  }))
  return { items: page.map(({ sequence: _, ...item }) => item), nextCursor }
}
