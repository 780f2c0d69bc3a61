import { getRunInput } from '@lean-ops/common/control-plane/runs/get-run-input'
import { listBehindTopics } from '@lean-ops/common/control-plane/runs/list-behind-topics'
import { releaseLeases } from '@lean-ops/common/control-plane/runs/release-leases'
import { type StartDeps, startRun } from './start-run.ts'

/** A chain this long is left to the dispatcher, which packs the topic with others again. */
const successorsMax = 10

/** Topics that are still behind after the last round of a run go on in a new execution: a history has 25,000 events at most. */
export async function startSuccessor(
  deps: StartDeps,
  execution: string,
): Promise<{ successor: string | null }> {
  const { root, generation } = parseName(execution)
  const topics = await listBehindTopics(deps.db, execution)
  if (generation >= successorsMax || topics.length === 0) return { successor: null }
  const input = await getRunInput(deps.db, execution)
  // The successor finds its topics free, or it would have nothing to do.
  await releaseLeases(deps.db, execution)
  const successor = `${root}-s${generation + 1}`
  await startRun(deps, {
    execution: successor,
    input: {
      topics,
      trigger: 'successor',
      parentExecution: execution,
      ...(input.operationId === undefined ? {} : { operationId: input.operationId }),
    },
  })
  return { successor }
}

/** `<root>-s<n>` → the root and n; any other name is its own root. */
function parseName(execution: string): { root: string; generation: number } {
  const [, root, generation] = /^(.*)-s(\d+)$/.exec(execution) ?? []
  return root === undefined ? { root: execution, generation: 0 } : { root, generation: Number(generation) }
}
