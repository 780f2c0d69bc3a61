import type { Database } from '@lean-ops/common/control-plane/connect'
import { type Confirmation, settleReplays } from '@lean-ops/common/control-plane/dead-letters/settle-replays'
import { listUnprovenDeliveries } from '@lean-ops/common/control-plane/operations/list-unproven-deliveries'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { type RawReaderDeps, readAppendedRows } from '../raw-reader/read-appended-rows.ts'

type Deps = RawReaderDeps & { db: Database; registry: TopicRegistry; remainingMs: () => number }

const idsPerTopic = 10_000
/** Clocks of the writer of RAW and of the database need not agree to the second. */
const clockSkewMs = 60_000

/** Messages that had failed in delivery are resolved by their row in RAW and nothing less. Returns how many were. */
export async function proveDeliveries(deps: Deps): Promise<number> {
  let resolved = 0
  for (const waiting of await listUnprovenDeliveries(deps.db, idsPerTopic)) {
    const table = deps.registry.findByTopic(waiting.topic)?.tableName
    if (table === undefined || deps.remainingMs() <= 0) continue
    const wanted = new Set(waiting.replayIds)
    const since = new Date(waiting.since.getTime() - clockSkewMs)
    for await (const rows of readAppendedRows(deps, { table, since, columns: ['message_id', 'replay_id'] })) {
      const proofs = rows.flatMap((row): Confirmation[] => {
        const { message_id: messageId, replay_id: replayId } = row
        return typeof messageId === 'string' && typeof replayId === 'string' && wanted.has(replayId)
          ? [{ topic: waiting.topic, messageId, replayId }]
          : []
      })
      resolved += await settleReplays(deps.db, 'delivery', proofs)
    }
  }
  return resolved
}
