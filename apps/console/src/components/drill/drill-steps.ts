import type { OperationView } from '@lean-ops/common/contract/operation-view'

/** The seeded incident: `packages/local-cloud/src/traffic/send-incident.ts` plays it. */
export const drillIncident = { topic: 'orders', code: 'NOT_AN_OBJECT' } as const

/** What the drill has seen its reader do, kept in this browser. */
export type DrillProgress = { startedAt: string; seen: readonly DrillSight[] }
export type DrillSight = 'letters' | 'error' | 'audit'

export type DrillStep = { title: string; how: string; href: string; action: string; isDone: boolean }

/** What an address shows that a step of the drill is about. */
export function sightOf(path: string, search: URLSearchParams): DrillSight | undefined {
  if (path === '/audit' && search.get('operationId')) return 'audit'
  if (path !== '/dead-letters') return undefined
  if (search.get('id') && search.get('tab') === 'error') return 'error'
  if (search.getAll('topic').includes(drillIncident.topic) || search.getAll('fingerprint').length > 0)
    return 'letters'
  return undefined
}

/** The five steps, each done when its trace is there. `repair` is the newest bulk repair of the topic. */
export function drillSteps(seen: readonly DrillSight[], repair: OperationView | undefined): DrillStep[] {
  const { topic, code } = drillIncident
  const letters = `/dead-letters?topic=${topic}&code=${code}`
  const isOver = repair?.finishedAt != null
  return [
    {
      title: 'What is stuck?',
      how: `On the board, ${topic} has dead letters. Open them: they are grouped by what went wrong.`,
      href: letters,
      action: 'Dead letters of orders',
      isDone: seen.includes('letters') || seen.includes('error') || repair !== undefined,
    },
    {
      title: 'What failed, and why?',
      how: 'Open the group, then the tab Error: the cause, and whether a replay can help. A release of the producer sends every order as a list of one.',
      href: letters,
      action: 'Open the group',
      isDone: seen.includes('error') || repair !== undefined,
    },
    {
      title: 'Repair it, and see the result before anything is sent',
      how: 'In the menu of the group choose “Transform and replay…”, set “Move to” with an empty path, from [0]. The next dialog shows messages before and after, and how many would pass.',
      href: letters,
      action: 'Open the group',
      isDone: repair !== undefined,
    },
    {
      title: 'Did it work?',
      how: 'A canary goes first, the rest follows by itself. Each message is resolved only when the pipeline has taken it.',
      href: repair ? `/operations/${repair.id}` : '/operations',
      action: 'Watch the operation',
      isDone: isOver,
    },
    {
      title: 'What is kept of it?',
      how: 'Who did what, when and why: the audit of this operation.',
      href: repair ? `/audit?operationId=${repair.id}` : '/audit',
      action: 'Read the audit',
      isDone: isOver && seen.includes('audit'),
    },
  ]
}
