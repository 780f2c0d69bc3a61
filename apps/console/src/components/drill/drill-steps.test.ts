import type { OperationView } from '@lean-ops/common/contract/operation-view'
import { expect, it } from 'vitest'
import { drillSteps, sightOf } from './drill-steps.ts'

const done = (...args: Parameters<typeof drillSteps>) => drillSteps(...args).map((step) => step.isDone)
const repair = (finishedAt: string | null) => ({ id: 'op', finishedAt }) as OperationView

it('each step is done by what was seen or has happened, not by a click on "next"', () => {
  expect(done([], undefined)).toEqual([false, false, false, false, false])
  expect(done(['letters', 'error'], undefined)).toEqual([true, true, false, false, false])
  expect(done([], repair(null))).toEqual([true, true, true, false, false])
  expect(done(['audit'], repair(null))).toEqual([true, true, true, false, false])
  expect(done(['audit'], repair('2026-11-23T08:00:00Z'))).toEqual([true, true, true, true, true])
})

it.each([
  ['/dead-letters?topic=orders', 'letters'],
  ['/dead-letters?topic=payments', undefined],
  ['/dead-letters?topic=orders&id=a&tab=error', 'error'],
  ['/audit', undefined],
  ['/audit?operationId=x', 'audit'],
])('%s shows %s', (address, sight) => {
  const url = new URL(address, 'http://console')

  expect(sightOf(url.pathname, url.searchParams)).toBe(sight)
})
