import { type DeadLetterFilter, resolveFilter } from '@lean-ops/common/contract/dead-letter-filter'
import type { ControlPlane } from '@lean-ops/common/control-plane/connect'
import { getFacets } from '@lean-ops/common/control-plane/dead-letters/get-facets'
import { getHistogram } from '@lean-ops/common/control-plane/dead-letters/get-histogram'
import { listDeadLetters } from '@lean-ops/common/control-plane/dead-letters/list-dead-letters'
import { listErrorGroups } from '@lean-ops/common/control-plane/dead-letters/list-error-groups'

export type QueryMeasure = {
  name: string
  calls: number
  p50Ms: number
  p95Ms: number
  slowestMs: number
  budgetMs: number
}

const listBudgetMs = 300
const groupBudgetMs = 500

/** Every kind of filter that operators have, each with the values of many topics and groups, the same calls in each round. */
export async function measureQueries(
  { db, pool }: ControlPlane,
  rounds: number,
  say: (line: string) => void,
): Promise<QueryMeasure[]> {
  const now = new Date()
  const topics = (await pool.query<{ topic: string }>('SELECT topic FROM topics ORDER BY topic')).rows
  const groups = (
    await pool.query<{ fingerprint: string }>('SELECT fingerprint FROM error_groups ORDER BY 1')
  ).rows
  const topic = (n: number) => topics[(n * 37) % topics.length]?.topic ?? ''
  const fingerprint = (n: number) => groups[(n * 7) % groups.length]?.fingerprint ?? ''
  const filters: [string, (n: number) => DeadLetterFilter][] = [
    ['everything', () => ({})],
    ['open', () => ({ status: ['open'] })],
    ['topic, open', (n) => ({ topic: [topic(n)], status: ['open'] })],
    ['group, open', (n) => ({ fingerprint: [fingerprint(n)], status: ['open'] })],
    ['code', () => ({ code: ['TYPE_CAST'] })],
    ['owner, discarded', () => ({ owner: ['finance'], status: ['discarded'] })],
    ['stage, 24 hours', () => ({ stage: ['semantic'], last: '24h' })],
    ['attempts, open', () => ({ attemptsMin: 1, status: ['open'] })],
    ['topic and code, 7 days', (n) => ({ topic: [topic(n)], code: ['CDE_MISSING'], last: '7d' })],
  ]
  const measures: QueryMeasure[] = []
  for (const [name, filterOf] of filters) {
    const filter = (n: number) => resolveFilter(filterOf(n), now)
    measures.push(
      await measure(`list: ${name}`, listBudgetMs, rounds, async (n) => {
        const first = await listDeadLetters(db, { filter: filter(n), owners: '*', limit: 50 })
        const cursor = first.nextCursor
        if (cursor !== null) await listDeadLetters(db, { filter: filter(n), owners: '*', limit: 50, cursor })
      }),
    )
    say(`list: ${name}`)
  }
  for (const [name, filterOf] of filters.slice(0, 3)) {
    const request = (n: number) => ({ filter: filterOf(n), owners: '*' as const, limit: 50, now })
    measures.push(
      await measure(`groups with trend: ${name}`, groupBudgetMs, rounds, (n) =>
        listErrorGroups(db, request(n)),
      ),
      await measure(`facets: ${name}`, groupBudgetMs, rounds, (n) => getFacets(db, request(n))),
    )
  }
  const day = resolveFilter({ last: '24h', status: ['open'] }, now)
  measures.push(
    await measure('groups with trend: 24 hours', groupBudgetMs, rounds, () =>
      listErrorGroups(db, { filter: day, owners: '*', limit: 50, now }),
    ),
    await measure('histogram: 24 hours', groupBudgetMs, rounds, () =>
      getHistogram(db, { filter: day, owners: '*', now }),
    ),
  )
  return measures
}

async function measure(
  name: string,
  budgetMs: number,
  rounds: number,
  call: (n: number) => Promise<unknown>,
): Promise<QueryMeasure> {
  const times: number[] = []
  // The first is the cold one: it fills the cache and is not counted.
  for (let n = -1; n < rounds; n++) {
    const started = performance.now()
    await call(n + 1)
    if (n >= 0) times.push(performance.now() - started)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)] ?? 0
  return { name, calls: rounds, p50Ms: at(0.5), p95Ms: at(0.95), slowestMs: at(1), budgetMs }
}
