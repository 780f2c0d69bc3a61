import { describe, expect, it } from 'vitest'
import { openLanes } from './send-lanes.ts'

/** Work that ends when the test says so. */
function controlledWork() {
  const begun: { items: number[]; end: PromiseWithResolvers<string> }[] = []
  const work = (items: number[]): Promise<string> => {
    const end = Promise.withResolvers<string>()
    begun.push({ items, end })
    return end.promise
  }
  return { begun, work }
}

describe('openLanes', () => {
  it('works on as many pieces at once as it has lanes, in order, and keeps every result although they are taken in between', async () => {
    const { begun, work } = controlledWork()
    const lanes = openLanes<number, string>({ count: 2, size: 2 }, work)

    lanes.push([1, 2, 3, 4, 5])
    expect(begun.map((b) => b.items)).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(lanes.takeFinished()).toEqual([])
    begun[1]?.end.resolve('second')
    await lanes.change()
    expect(begun.map((b) => b.items)).toEqual([[1, 2], [3, 4], [5]])
    expect(lanes.takeFinished()).toEqual(['second'])
    begun[0]?.end.resolve('first')
    begun[2]?.end.resolve('third')
    while (!lanes.isIdle()) await lanes.change()

    expect(lanes.takeFinished().sort()).toEqual(['first', 'third'])
    expect(await lanes.stop()).toBeUndefined()
  })

  it('begins nothing after an error, gives back what waits, and stops when the others have ended', async () => {
    const { begun, work } = controlledWork()
    const lanes = openLanes<number, string>({ count: 2, size: 1 }, work)

    lanes.push([1, 2, 3])
    begun[0]?.end.reject(new Error('first'))
    await lanes.change()
    expect(lanes.hasFailed()).toBe(true)
    expect(lanes.takeWaiting()).toEqual([3])
    const stopped = lanes.stop()
    begun[1]?.end.resolve('second')

    expect(await stopped).toMatchObject({ error: { message: 'first' } })
    expect(lanes.takeFinished()).toEqual(['second'])
    expect(begun).toHaveLength(2)
  })
})
