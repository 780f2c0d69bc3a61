import type { Outcome } from '../../command-line/outcome.ts'
import { type RefreshResult, refreshTables } from '../refresh-tables.ts'
import { connect, readNames } from './connect.ts'
import { readTargets } from './read-targets.ts'
import { exitCodes, type Settings } from './settings.ts'

/** `status` looks, `refresh` acts; both say where each topic's table stands afterwards. */
export async function compareCommand(settings: Settings, isActing: boolean): Promise<Outcome> {
  const targets = await readTargets(settings)
  const { session, readChain } = await connect(settings)
  try {
    const results = await refreshTables(
      targets.map((one) => ({ ...one, expectedSnapshotId: null })),
      { session, readChain, isActing, create: { ...readNames(settings), isAutoRefreshed: true } },
    )
    return {
      exitCode: results.every(({ state }) => state === 'in_sync') ? exitCodes.ok : exitCodes.notInSync,
      text: render(results),
      json: { tables: results.map(toJson) },
    }
  } finally {
    await session.close()
  }
}

function render(results: readonly RefreshResult[]): string {
  if (results.length === 0) return 'No contract names a Snowflake table.\n'
  const width = Math.max(...results.map(({ topic }) => topic.length))
  return results.map((result) => `${result.topic.padEnd(width)}  ${describe(result)}\n`).join('')
}

function describe(result: RefreshResult): string {
  const { state, behindBy, action, autoRefresh, error } = result
  const verdict =
    state === 'behind'
      ? `behind by ${behindBy ?? 'some'} snapshot${behindBy === 1 ? '' : 's'}`
      : state === 'stopped'
        ? 'automatic refresh has stopped'
        : state.replace('_', ' ')
  return [
    verdict,
    `automatic refresh ${autoRefresh === null ? 'off' : autoRefresh.toLowerCase()}`,
    ...(action === 'none' ? [] : [action]),
    ...(result.seenSnapshotId === null ? [] : [`shows ${result.seenSnapshotId}`]),
    ...(error === null ? [] : [error.message]),
  ].join(' · ')
}

/** Ids as text: JSON's numbers would lose their last digits. */
const toJson = (result: RefreshResult): unknown => ({
  ...result,
  expectedSnapshotId: result.expectedSnapshotId?.toString() ?? null,
  seenSnapshotId: result.seenSnapshotId?.toString() ?? null,
})
