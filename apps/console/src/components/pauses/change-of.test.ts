import { expect, it } from 'vitest'
import { changeOf } from './change-of.ts'

const [none, ingest, both] = [
  { ingest: false, processing: false },
  { ingest: true, processing: false },
  { ingest: true, processing: true },
]

it('pausing adds parts, resuming takes them off, and what is so already is no change', () => {
  expect(changeOf(ingest, { ingest: false, processing: true }, 'pause')).toEqual(both)
  expect(changeOf(both, ingest, 'resume')).toEqual({ ingest: false, processing: true })
  expect(changeOf(both, ingest, 'pause')).toBeUndefined()
  expect(changeOf(none, both, 'resume')).toBeUndefined()
})
