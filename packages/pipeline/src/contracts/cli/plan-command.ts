import { compareContracts } from '@lean-ops/common/odcs/compare-contracts'
import type { Outcome } from '../../command-line/outcome.ts'
import { planMigration, type TableMigration } from '../plan-migration.ts'
import { readVersions } from '../read-versions.ts'
import { renderComparison } from './diff-command.ts'
import { exitCodes, type Settings } from './exit-codes.ts'

/** Unchanged contracts show all their tables; changed ones what applying the change does to what is there. */
export async function planCommand(names: readonly string[], settings: Settings): Promise<Outcome> {
  const versions = await readVersions(settings, names)
  const plans = versions.flatMap(({ topic, before, after }) => {
    if (after === undefined) return []
    const comparison = compareContracts(before, after)
    const isChanged = before !== undefined && comparison.changes.length > 0
    const tables = planMigration(isChanged ? before : undefined, after, settings)
    return [{ topic, comparison: isChanged ? comparison : null, tables }]
  })
  const isBreaking = plans.some((p) => p.comparison?.isBreaking)
  return {
    exitCode: isBreaking ? exitCodes.breaking : exitCodes.ok,
    text: `${plans
      .map((p) =>
        [
          ...(p.comparison === null ? [] : [comment(renderComparison(p.comparison))]),
          ...p.tables.map(renderTable),
        ].join('\n\n'),
      )
      .join('\n\n')}\n`,
    json: { isBreaking, topics: plans },
  }
}

const comment = (text: string): string => text.replaceAll(/^/gm, '-- ')

function renderTable({ table, action, statements, notes }: TableMigration): string {
  const said = { create: 'create', alter: 'alter in place', rebuild: 'REBUILD into', none: 'no change to' }[
    action
  ]
  return [comment([`${said} ${table}`, ...notes.map((n) => `  ${n}`)].join('\n')), ...statements].join('\n')
}
