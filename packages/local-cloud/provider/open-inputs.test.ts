import { expect, test } from 'vitest'
import { openInputs } from './open-inputs.ts'

const open = (values: Record<string, unknown>, urn = 'urn::A') => openInputs('t "A"', 'A', urn, values)

test('reads each value as its type, and numbers and flags also when Pulumi hands them over as text', () => {
  const { inputs } = open({
    text: 5,
    number: '7',
    flag: 'true',
    list: ['a', 1],
    map: { a: 1, b: null },
    json: { a: 1 },
  })

  expect(inputs.text('text')).toBe('5')
  expect(inputs.number('number')).toBe(7)
  expect(inputs.flagOr('flag')).toBe(true)
  expect(inputs.texts('list')).toEqual(['a', '1'])
  expect(inputs.textMap('map')).toEqual({ a: '1' })
  expect(inputs.document('json')).toBe('{"a":1}')
  expect(inputs.textOr('absent')).toBeUndefined()
})

test.each([
  [() => open({ a: {} }).inputs.text('a'), '"a" must be text'],
  [() => open({}).inputs.text('a'), '"a" must be text'],
  [() => open({ a: 'x' }).inputs.number('a'), '"a" must be a number'],
  [() => open({ a: 'yes' }).inputs.flagOr('a'), '"a" must be true or false'],
  [
    () =>
      open({ a: { b: [{ c: 'x' }] } })
        .inputs.block('a')
        .blocks('b')[0]
        ?.number('c'),
    '"a.b[0].c" must be a number',
  ],
])('a value of another type is named with its path (%#)', (read, message) => {
  expect(read).toThrow(message)
})

test('what nobody read is listed, at any depth, unless it is known to be ignored', () => {
  const { inputs, unread } = open({
    name: 'a',
    tags: { x: '1' },
    block: { read: 1, missed: 2 },
    extra: 3,
    empty: null,
  })
  inputs.text('name')
  inputs.block('block').number('read')

  expect(unread({ tags: 'not shown' })).toEqual(['extra', 'block.missed'])
})

test('a name that is not given follows from the URN', () => {
  const derive = (urn: string) => open({}, urn).inputs.nameOr('name', 12)

  expect(derive('urn::A')).toBe(derive('urn::A'))
  expect(derive('urn::A')).not.toBe(derive('urn::B'))
  expect(derive('urn::A')).toHaveLength(9)
  expect(open({ name: 'given' }).inputs.nameOr('name')).toBe('given')
})
