import { allowedOwners } from '@lean-ops/common/contract/permissions'
import type { RunDetail } from '@lean-ops/common/contract/run-view'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { getRun } from '@lean-ops/common/control-plane/runs/get-run'
import type { Actor } from '../app-env.ts'
import { scrubError } from '../http/scrub-error.ts'
import { topicsOfOwners } from '../operations/topics-of-owners.ts'

/** A run as far as the actor may see its topics. Throws NOT_FOUND for the others too: names are not leaked. */
export async function getVisibleRun(db: Database, actor: Actor, id: string): Promise<RunDetail> {
  const visible = await topicsOfOwners(db, allowedOwners(actor.grants, 'topic:read'))
  const detail = await getRun(db, id, visible)
  return {
    ...detail,
    run: scrubError(detail.run),
    topics: detail.topics.map(scrubError),
    passes: detail.passes.map(scrubError),
  }
}
