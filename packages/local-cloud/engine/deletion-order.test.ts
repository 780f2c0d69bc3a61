import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planDeletion } from './deletion-order.ts'
import type { ResourceState } from './resource-state.ts'

function resource(urn: string, dependencies: string[], parent?: string): ResourceState {
  return { urn, type: 't', custom: true, inputs: {}, outputs: {}, dependencies, ...(parent && { parent }) }
}

test('what depends on a resource, and its children, go before it', () => {
  const plan = planDeletion([
    resource('dlq', []),
    resource('queue', ['dlq'], 'component'),
    resource('component', []),
  ])

  expect(plan.map(({ resource: { urn }, after }) => ({ urn, after }))).toEqual([
    { urn: 'component', after: ['queue'] },
    { urn: 'queue', after: [] },
    { urn: 'dlq', after: ['queue'] },
  ])
})

test('any graph without a cycle can be removed to the last resource', () => {
  const graph = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 30 })
  fc.assert(
    fc.property(graph, (edges) => {
      const all = edges.map((to, i) => resource(`r${i}`, i === 0 ? [] : to.map((n) => `r${n % i}`)))
      const plan = planDeletion(all)
      const gone = new Set<string>()
      for (let round = 0; round <= all.length; round++)
        for (const {
          resource: { urn },
          after,
        } of plan)
          if (after.every((other) => gone.has(other))) gone.add(urn)
      expect(gone.size).toBe(all.length)
    }),
  )
})
