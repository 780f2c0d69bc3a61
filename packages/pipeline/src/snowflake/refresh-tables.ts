import type { SnowflakeState } from '@lean-ops/common/contract/snowflake-state'
import type { SnowflakeTarget } from '@lean-ops/common/odcs/contract-model'
import { judgeSync } from './judge-sync.ts'
import { readTableStates } from './read-table-states.ts'
import { type RefreshAction, refreshTable } from './refresh-table.ts'
import type { SnapshotChain } from './snapshot-chain.ts'
import type { SnowflakeSession } from './snowflake-session.ts'
import type { FileAccess } from './snowflake-statement.ts'
import { type TableState, tableKey } from './table-state.ts'

export type RefreshTopic = {
  topic: string
  target: SnowflakeTarget
  /** What Snowflake should show; null = the newest snapshot of the semantic table. */
  expectedSnapshotId: bigint | null
}

export type RefreshResult = {
  topic: string
  state: SnowflakeState
  /** Snapshots that Snowflake lacks; null = not countable. */
  behindBy: number | null
  action: RefreshAction
  expectedSnapshotId: bigint | null
  seenSnapshotId: bigint | null
  seenMetadataLocation: string | null
  /** Snowflake's word for the automatic refresh; null = off. */
  autoRefresh: string | null
  /** Snapshots that Snowflake itself counts as waiting. */
  pendingSnapshots: number | null
  error: { code: string; message: string } | null
}

export type RefreshDeps = {
  session: SnowflakeSession
  /** The semantic table's main branch now; undefined = no such table. */
  readChain: (topic: string) => Promise<SnapshotChain | undefined>
  /** How a missing table is made; absent = it stays `missing`. */
  create?: {
    catalog: string
    access: FileAccess
    /** Glue database and table of the topic. */
    source: (topic: string) => { namespace: string; catalogTable: string }
    isAutoRefreshed: boolean
  }
  /** False = look only. */
  isActing: boolean
  /** Waits before another look for what the automatic refresh has not brought yet; false = enough. Absent = one look. */
  waitForMore?: () => Promise<boolean>
}

/**
 * Brings Snowflake to the newest semantic snapshot of each topic and says where each stands afterwards. With automatic
 * refresh on there is nothing to send: Snowflake polls, and is looked at again until it has come or `waitForMore`
 * says enough. Off: one REFRESH. Stopped: the repair. A topic's failure is its own result; only a broken connection throws.
 */
export async function refreshTables(
  topics: readonly RefreshTopic[],
  deps: RefreshDeps,
): Promise<RefreshResult[]> {
  const targets = topics.map((topic) => topic.target)
  const before = await readTableStates(deps.session, targets)
  const attempts = new Map<string, Attempt>()
  for (const topic of topics)
    attempts.set(topic.topic, deps.isActing ? await attempt(topic, before, deps) : untouched)
  const isChanged = [...attempts.values()].some(({ action }) => action !== 'none')
  const after = isChanged ? await readTableStates(deps.session, targets) : before

  const results = new Map<string, RefreshResult>()
  const concludeEach = async (some: readonly RefreshTopic[], states: ReadonlyMap<string, TableState>) => {
    for (const topic of some) {
      const state = states.get(tableKey(topic.target))
      results.set(topic.topic, await conclude(topic, attempts.get(topic.topic) ?? untouched, state, deps))
    }
  }
  const listOnTheirWay = () => topics.filter(({ topic }) => isOnItsWay(results.get(topic)))
  await concludeEach(topics, after)
  let late = listOnTheirWay()
  while (late.length > 0 && (await deps.waitForMore?.())) {
    const lateTargets = late.map(({ target }) => target)
    await concludeEach(late, await readTableStates(deps.session, lateTargets))
    late = listOnTheirWay()
  }
  return [...results.values()]
}

/** The automatic refresh runs and has not come to the expected snapshot: nothing is wrong yet. */
const isOnItsWay = (result: RefreshResult | undefined): boolean =>
  result?.state === 'behind' && result.autoRefresh !== null && result.error === null

type Attempt = { action: RefreshAction; error: unknown }
const untouched: Attempt = { action: 'none', error: undefined }

async function attempt(
  { topic, target }: RefreshTopic,
  states: ReadonlyMap<string, TableState>,
  deps: RefreshDeps,
): Promise<Attempt> {
  const state = states.get(tableKey(target))
  try {
    if (state !== undefined)
      return { action: await refreshTable(deps.session, target, state), error: undefined }
    if (deps.create === undefined || (await deps.readChain(topic)) === undefined) return untouched
    const { database, schema } = target
    await deps.session.run({ kind: 'createDatabase', database })
    await deps.session.run({ kind: 'createSchema', database, schema })
    const { catalog, access, isAutoRefreshed, source } = deps.create
    await deps.session.run({
      kind: 'createIcebergTable',
      table: target,
      catalog,
      access,
      ...source(topic),
      isAutoRefreshed,
    })
    return { action: 'created', error: undefined }
  } catch (error) {
    return { action: 'failed', error }
  }
}

async function conclude(
  { topic, expectedSnapshotId }: RefreshTopic,
  { action, error }: Attempt,
  table: TableState | undefined,
  { readChain }: RefreshDeps,
): Promise<RefreshResult> {
  let chain: SnapshotChain | undefined
  let fault: unknown
  try {
    chain = await readChain(topic)
  } catch (caught) {
    // Without the lake nothing can be called in sync, but what Snowflake says of itself still counts.
    fault = caught
  }
  const newest = chain?.ids[0]
  const expected = expectedSnapshotId ?? (newest === undefined ? null : BigInt(newest))
  const verdict = judgeSync({ chain, expected: expected?.toString() ?? null, table })
  const cause = error ?? whyNot(table) ?? fault
  return {
    topic,
    action,
    ...verdict,
    // A refusal leaves the table readable as it was, but what we asked for did not happen.
    state: error !== undefined && verdict.state !== 'stopped' ? 'failed' : verdict.state,
    expectedSnapshotId: expected,
    seenSnapshotId: table?.snapshotId == null ? null : BigInt(table.snapshotId),
    seenMetadataLocation: table?.metadataFile ?? null,
    autoRefresh: table?.autoRefresh?.executionState ?? null,
    pendingSnapshots: table?.autoRefresh?.pendingSnapshots ?? null,
    error: cause === undefined ? null : describe(cause),
  }
}

/** What Snowflake itself gives as the reason. */
function whyNot(table: TableState | undefined): string | undefined {
  return table?.invalidReason ?? table?.autoRefresh?.reason ?? undefined
}

function describe(fault: unknown): { code: string; message: string } {
  if (typeof fault === 'string') return { code: 'SNOWFLAKE_REPORTS', message: fault }
  return { code: 'SNOWFLAKE_FAILED', message: fault instanceof Error ? fault.message : String(fault) }
}
