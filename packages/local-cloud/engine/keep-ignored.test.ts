import { expect, test } from 'vitest'
import { keepIgnored } from './keep-ignored.ts'

test('an ignored property keeps its earlier value', () => {
  expect(keepIgnored({ name: 'a-new', size: 2 }, { name: 'a-old', size: 1 }, ['name'])).toEqual({
    name: 'a-old',
    size: 2,
  })
})

test('an ignored property that was not there before is not added', () => {
  expect(keepIgnored({ name: 'a', tags: { x: '1' } }, { name: 'a' }, ['tags'])).toEqual({ name: 'a' })
})

test('nested paths, written with dots or brackets', () => {
  const [now, before] = [
    { environment: { variables: { A: '2', B: '2' } } },
    { environment: { variables: { A: '1', B: '1' } } },
  ]

  expect(keepIgnored(now, before, ['environment.variables.A'])).toEqual({
    environment: { variables: { A: '1', B: '2' } },
  })
  expect(keepIgnored(now, before, ['environment["variables"]["B"]'])).toEqual({
    environment: { variables: { A: '2', B: '1' } },
  })
  expect(keepIgnored(now, before, ['environment.variables[*]'])).toEqual(before)
})

test('a resource that is new has nothing to keep', () => {
  expect(keepIgnored({ name: 'a' }, undefined, ['name'])).toEqual({ name: 'a' })
})
