import type { Logger } from '@aws-lambda-powertools/logger'
import type { RunInput } from '@lean-ops/common/contract/run'
import { listDueTopics } from '@lean-ops/common/control-plane/runs/list-due-topics'
import { listLiveRuns } from '@lean-ops/common/control-plane/runs/list-live-runs'
import { packTopics } from './pack-topics.ts'
import { type StartDeps, startRun } from './start-run.ts'

export type DispatchDeps = StartDeps & { logger: Pick<Logger, 'info' | 'error'>; now: () => Date }

export type DispatchSettings = {
  /** Rows from which a topic is due whatever their age. */
  rowsMin: number
  defaultLatencySeconds: number
  topicsMax: number
  rowsMax: number
}

/** A start that another dispatcher is making at this moment is not lost yet. */
const pendingSecondsMin = 90
const liveMax = 200

/**
 * Every minute: starts again what was written down and never started, then packs the topics that are due into runs named
 * `slot-group-attempt`. A run that cannot be started stays written down for the next minute; the others start.
 */
export async function dispatchRuns(
  deps: DispatchDeps,
  settings: DispatchSettings,
): Promise<{ due: number; started: number; failed: number }> {
  const live = await listLiveRuns(deps.db, liveMax)
  const lost = live.filter((r) => r.state === 'PENDING' && r.ageSeconds >= pendingSecondsMin)
  const due = await listDueTopics(deps.db, settings)
  const groups = packTopics(due, settings)
  const slot = slotOf(deps.now())
  const planned = groups.map((topics, n) => ({
    execution: `${slot}-${n}-1`,
    input: { topics, trigger: 'schedule' } satisfies RunInput,
  }))
  let started = 0
  for (const run of [...lost, ...planned]) if (await tryStart(deps, run)) started += 1
  return { due: due.length, started, failed: lost.length + planned.length - started }
}

async function tryStart(
  deps: DispatchDeps,
  { execution, input }: { execution: string; input: RunInput },
): Promise<boolean> {
  try {
    await startRun(deps, { execution, input })
    deps.logger.info('run started', { execution, topics: input.topics.length })
    return true
  } catch (error) {
    deps.logger.error('a run could not be started', {
      execution,
      errorName: error instanceof Error ? error.name : typeof error,
    })
    return false
  }
}

/** `20261123T0731`, UTC: two dispatchers of one minute name the same runs. */
const slotOf = (at: Date): string => at.toISOString().replaceAll(/[-:]/g, '').slice(0, 13)
