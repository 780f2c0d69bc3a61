import { expect, it } from 'vitest'
import { plotSeries } from './series-path.ts'

it('unknown values leave a gap instead of an invented line', () => {
  const points = [4, null, 2, 0].map((value, index) => ({ at: String(index), value }))

  expect(plotSeries(points, 30, 10)).toEqual({
    line: 'M0 0M20 5L30 10',
    area: 'M0 0L0 10L0 10ZM20 5L30 10L30 10L20 10Z',
    max: 4,
  })
})
