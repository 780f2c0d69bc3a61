import { isAllowed } from '@lean-ops/common/contract/permissions'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { AppError } from '@lean-ops/common/errors/app-error'
import { eq } from 'drizzle-orm'
import type { Actor } from '../app-env.ts'

export type VisibleTopic = typeof topics.$inferSelect

/** A topic that the actor may read. Throws NOT_FOUND for the others too: names are not leaked. */
export async function findVisibleTopic(
  db: Pick<Database, 'select'>,
  actor: Actor,
  topic: string,
): Promise<VisibleTopic> {
  const [row] = await db.select().from(topics).where(eq(topics.topic, topic))
  if (row === undefined || !isAllowed(actor.grants, 'topic:read', row.owner))
    throw new AppError('NOT_FOUND', `There is no topic "${topic}" that you may see.`)
  return row
}
