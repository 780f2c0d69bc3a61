import { compareColumns } from './compare-columns.ts'
import type { ContractModel } from './contract-model.ts'

/** `compatible`: no row that passes today fails tomorrow and the tables are altered in place. */
export type Change = {
  verdict: 'compatible' | 'breaking'
  /** Path of the property, or the name of the setting. */
  path: string
  what: string
  reason: string
  /** What to do instead or besides; null when nothing is. */
  remedy: string | null
}

export type Comparison = {
  topic: string
  before: string | null
  after: string | null
  isBreaking: boolean
  /** Smallest version that these changes may carry; null when nothing changed or the topic is new or gone. */
  versionMin: string | null
  changes: Change[]
}

/** Compares two versions of one topic's contract. Undefined = the file is not there. Pure; order of properties does not matter. */
export function compareContracts(
  before: ContractModel | undefined,
  after: ContractModel | undefined,
): Comparison {
  if (before === undefined || after === undefined) return comparePresence(before, after)
  const hadGateOpen = before.status === 'active'
  const changes = [
    ...compareStatus(before, after),
    // A draft has no semantic table and no consumers: whatever its columns become breaks nobody.
    ...(hadGateOpen ? compareColumns(before.columns, after.columns) : []),
    ...comparePaths(before, after),
    ...compareConsumers(before, after),
    ...compareSettings(before, after),
  ]
  const versionMin = changes.length === 0 ? null : nextVersion(before, changes)
  const versionChange = compareVersion(before, after, versionMin)
  if (versionChange !== null) changes.push(versionChange)
  return {
    topic: after.topic,
    before: before.version,
    after: after.version,
    isBreaking: changes.some((c) => c.verdict === 'breaking'),
    versionMin,
    changes,
  }
}

const compatible = (path: string, what: string, reason: string, remedy: string | null = null): Change => ({
  verdict: 'compatible',
  path,
  what,
  reason,
  remedy,
})
const breaking = (path: string, what: string, reason: string, remedy: string): Change => ({
  verdict: 'breaking',
  path,
  what,
  reason,
  remedy,
})

function comparePresence(before: ContractModel | undefined, after: ContractModel | undefined): Comparison {
  const changes = []
  if (after !== undefined && before === undefined)
    changes.push(compatible('', `new topic ${after.topic}`, 'nothing reads it yet'))
  if (before !== undefined && after === undefined)
    changes.push(
      breaking(
        '',
        `topic ${before.topic} removed`,
        'its queue would be taken away and what arrives would be an unknown topic',
        'set status: draft to close the gate; remove the file only when no producer sends any more',
      ),
    )
  return {
    topic: after?.topic ?? before?.topic ?? '',
    before: before?.version ?? null,
    after: after?.version ?? null,
    isBreaking: changes.some((c) => c.verdict === 'breaking'),
    versionMin: null,
    changes,
  }
}

function compareStatus(before: ContractModel, after: ContractModel): Change[] {
  if (before.status === after.status) return []
  if (after.status === 'active')
    return [
      compatible(
        'status',
        'draft → active',
        'the gate opens: the next run writes everything since the first message to the semantic table',
      ),
    ]
  return [
    breaking(
      'status',
      'active → draft',
      'the gate closes: the semantic table and Snowflake stand still',
      'pause the topic instead, or announce it to everyone who reads the table',
    ),
  ]
}

const show = (path: readonly string[] | null): string => (path === null ? 'none' : path.join('.'))
const samePath = (a: readonly string[] | null, b: readonly string[] | null): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

function comparePaths(before: ContractModel, after: ContractModel): Change[] {
  const changed = (
    setting: string,
    a: readonly string[] | null,
    b: readonly string[] | null,
    what: string,
  ): Change[] => {
    if (samePath(a, b)) return []
    const text = `${setting} ${show(a)} → ${show(b)}`
    if (before.status === 'draft')
      return [compatible(setting, text, `${what} anew; curated is recomputed before the gate opens`)]
    return [
      breaking(
        setting,
        text,
        `${what} anew for every message ever received`,
        'raise the major version and recompute the topic (operation rebuild) when it is activated',
      ),
    ]
  }
  return [
    ...changed(
      'keyPath',
      before.keyPath,
      after.keyPath,
      'which messages are versions of one thing is decided',
    ),
    ...changed(
      'versionPath',
      before.eventVersion?.path ?? null,
      after.eventVersion?.path ?? null,
      'which version wins is decided',
    ),
  ]
}

function compareConsumers(before: ContractModel, after: ContractModel): Change[] {
  const changes: Change[] = []
  const [a, b] = [before.snowflake, after.snowflake]
  if (JSON.stringify(a) !== JSON.stringify(b)) {
    const name = (t: typeof a): string => (t === null ? 'none' : `${t.database}.${t.schema}.${t.table}`)
    changes.push(
      a === null
        ? compatible('snowflake', `${name(a)} → ${name(b)}`, 'a table is added')
        : breaking(
            'snowflake',
            `${name(a)} → ${name(b)}`,
            'whoever reads the old table gets nothing new',
            'keep the target, or move the readers first and raise the major version',
          ),
    )
  }
  if (before.hasRestrictedTable !== after.hasRestrictedTable)
    changes.push(
      after.hasRestrictedTable
        ? compatible(
            'restrictedTable',
            'added',
            'a table of clear values is added; nobody has a grant on it yet',
          )
        : breaking(
            'restrictedTable',
            'removed',
            'whoever has a grant on the clear values loses them',
            'revoke the grants first and raise the major version',
          ),
    )
  return changes
}

function compareSettings(before: ContractModel, after: ContractModel): Change[] {
  const settings = [
    ['owner', before.owner, after.owner, 'who may act on the topic changes with it'],
    ['purpose', before.purpose, after.purpose, 'words only'],
    ['onSpike', before.onSpike, after.onSpike, 'what a spike of rejects does to a pass'],
    ['spikePercent', before.spikePercent, after.spikePercent, 'when rejects are a spike'],
    ['latency', before.latencySeconds, after.latencySeconds, 'when the topic counts as late (seconds)'],
    ['backlogThreshold', before.backlogThreshold, after.backlogThreshold, 'when a run goes round again'],
    ['runbook', before.runbook, after.runbook, 'words only'],
  ] as const
  return settings
    .filter(([, a, b]) => a !== b)
    .map(([name, a, b, reason]) => compatible(name, `${a ?? 'none'} → ${b ?? 'none'}`, reason))
}

type Version = readonly [number, number, number]
const parse = (text: string): Version => {
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number)
  return [major, minor, patch]
}
const isBelow = (a: Version, b: Version): boolean =>
  a[0] !== b[0] ? a[0] < b[0] : a[1] !== b[1] ? a[1] < b[1] : a[2] < b[2]

function nextVersion(before: ContractModel, changes: readonly Change[]): string {
  const [major, minor, patch] = parse(before.version)
  if (changes.some((c) => c.verdict === 'breaking')) return `${major + 1}.0.0`
  const settingsOnly = [
    'purpose',
    'onSpike',
    'spikePercent',
    'latency',
    'backlogThreshold',
    'runbook',
    'owner',
  ]
  if (changes.every((c) => settingsOnly.includes(c.path))) return `${major}.${minor}.${patch + 1}`
  return `${major}.${minor + 1}.0`
}

function compareVersion(
  before: ContractModel,
  after: ContractModel,
  versionMin: string | null,
): Change | null {
  const text = `${before.version} → ${after.version}`
  if (versionMin !== null && isBelow(parse(after.version), parse(versionMin)))
    return breaking(
      'version',
      text,
      'a version that was applied once never means something else later',
      `set version: ${versionMin} or above`,
    )
  if (isBelow(parse(after.version), parse(before.version)))
    return breaking('version', text, 'versions only rise', `set version: ${before.version} or above`)
  return null
}
