import type { ColumnType } from './column-type.ts'
import type { Change } from './compare-contracts.ts'
import { compareValues } from './compare-values.ts'
import { type Rule, type RuleAction, ruleActions } from './contract-model.ts'

type RuleChange = Omit<Change, 'path'>

const tryFirst = 'set action: warn first and look at its findings; then tighten it with a new major version'

/** Changes between the rules of one column, by name. Breaking = a row that passes today may be refused. */
export function compareRules(
  before: readonly Rule[],
  after: readonly Rule[],
  type: ColumnType,
): RuleChange[] {
  const later = new Map(after.map((r) => [r.name, r]))
  const names = new Set(before.map((r) => r.name))
  return [
    ...before.flatMap((rule) => {
      const now = later.get(rule.name)
      return now === undefined ? [loosened(`rule ${rule.name} removed`)] : compareRule(rule, now, type)
    }),
    ...after
      .filter((r) => !names.has(r.name))
      .map((r) =>
        r.action === 'warn'
          ? loosened(`rule ${r.name} added with action warn`)
          : tightened(`rule ${r.name} added with action ${r.action}`),
      ),
  ]
}

const loosened = (what: string): RuleChange => ({
  verdict: 'compatible',
  what,
  reason: 'no row that passes today is refused',
  remedy: null,
})
const tightened = (what: string): RuleChange => ({
  verdict: 'breaking',
  what,
  reason: 'rows that pass today may be refused',
  remedy: tryFirst,
})

const severity = (action: RuleAction): number => ruleActions.indexOf(action)

function compareRule(before: Rule, after: Rule, type: ColumnType): RuleChange[] {
  const changes: RuleChange[] = []
  if (before.action !== after.action) {
    const what = `rule ${before.name}: action ${before.action} → ${after.action}`
    changes.push(severity(after.action) > severity(before.action) ? tightened(what) : loosened(what))
  }
  if (JSON.stringify(criterion(before)) !== JSON.stringify(criterion(after))) {
    const what = `rule ${before.name} changed`
    changes.push(after.action === 'warn' || isWider(before, after, type) ? loosened(what) : tightened(what))
  }
  return changes
}

const criterion = ({ action: _, ...rest }: Rule): object => rest

/** True when everything the old rule allows, the new one allows too. */
function isWider(before: Rule, after: Rule, type: ColumnType): boolean {
  if (before.kind === 'range' && after.kind === 'range')
    return (
      (after.minimum === null ||
        (before.minimum !== null && compareValues(after.minimum, before.minimum, type) <= 0)) &&
      (after.maximum === null ||
        (before.maximum !== null && compareValues(after.maximum, before.maximum, type) >= 0))
    )
  if (before.kind === 'enum' && after.kind === 'enum')
    return before.values.every((value) => after.values.includes(value))
  if (before.kind === 'length' && after.kind === 'length')
    return (
      (after.minimum ?? 0) <= (before.minimum ?? 0) &&
      (after.maximum ?? Number.POSITIVE_INFINITY) >= (before.maximum ?? Number.POSITIVE_INFINITY)
    )
  // Whether one expression allows more than another is not decided here.
  return false
}
