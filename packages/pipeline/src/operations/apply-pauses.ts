import { type LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { listEndedPauses } from '@lean-ops/common/control-plane/topics/list-ended-pauses'
import { listMappingChanges } from '@lean-ops/common/control-plane/topics/list-mapping-changes'
import { setTopicPause } from '@lean-ops/common/control-plane/topics/set-topic-pause'
import { withMappingOf } from '@lean-ops/common/control-plane/topics/with-mapping-of'
import { AppError } from '@lean-ops/common/errors/app-error'

type Deps = {
  db: Database
  lambda: Pick<LambdaClient, 'send'>
  now: () => Date
  /** What is left at the deadline is done by the next call. */
  remainingMs: () => number
}

/**
 * Lifts pauses whose end has passed, and makes event source mappings do what the pauses say. A mapping that AWS is still
 * changing refuses; the others are done first, then its error is thrown so that the caller's next turn repeats it.
 */
export async function applyPauses(deps: Deps): Promise<{ resumed: string[]; applied: string[] }> {
  const resumed: string[] = []
  for (const { topic, version } of await listEndedPauses(deps.db, deps.now())) {
    if (await liftEnded(deps, topic, version)) resumed.push(topic)
  }
  const applied: string[] = []
  let fault: unknown
  for (const topic of await listMappingChanges(deps.db)) {
    if (deps.remainingMs() <= 0) break
    try {
      const isDone = await withMappingOf(deps.db, topic, deps.now(), ({ id, isEnabled }) =>
        deps.lambda.send(new UpdateEventSourceMappingCommand({ UUID: id, Enabled: isEnabled })),
      )
      if (isDone) applied.push(topic)
    } catch (error) {
      fault = error
    }
  }
  if (fault !== undefined) throw fault
  return { resumed, applied }
}

/** False when somebody changed the pause meanwhile: what they wanted counts. */
async function liftEnded({ db, now }: Deps, topic: string, ifVersion: number): Promise<boolean> {
  try {
    await setTopicPause(db, {
      topic,
      ingest: false,
      processing: false,
      reason: 'Its end had come.',
      until: null,
      ifVersion,
      actor: { kind: 'system', id: 'operations-worker', name: 'Lean-Ops' },
      now: now(),
    })
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'PRECONDITION_FAILED') return false
    throw error
  }
}
