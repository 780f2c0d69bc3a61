import { expect, test } from 'vitest'
import { buildMetadata } from './event-log.ts'
import type { ResourceState } from './resource-state.ts'

const queue = (inputs: Record<string, unknown>): ResourceState => ({
  urn: 'urn:pulumi:local::app::aws:sqs/queue:Queue::Orders',
  type: 'aws:sqs/queue:Queue',
  custom: true,
  id: 'url',
  inputs,
  outputs: { url: 'url' },
})

test('an update names its paths, and the new state holds the values the CLI prints', () => {
  const metadata = buildMetadata({
    operation: 'update',
    before: queue({ tags: { a: '1' } }),
    now: queue({ tags: { a: '2' } }),
    diff: { 'tags.a': 'update' },
  })

  expect(metadata).toMatchObject({
    op: 'update',
    urn: 'urn:pulumi:local::app::aws:sqs/queue:Queue::Orders',
    diffs: ['tags'],
    keys: null,
    detailedDiff: { 'tags.a': { kind: 'update', inputDiff: true } },
    old: { outputs: { tags: { a: '1' } } },
    new: { outputs: { tags: { a: '2' }, url: 'url' } },
  })
})

test('a replacement marks the paths that force it', () => {
  const metadata = buildMetadata({
    operation: 'replace',
    before: queue({ name: 'a' }),
    now: queue({ name: 'b', delay: 1 }),
    diff: { name: 'update', delay: 'add' },
    replaceKeys: ['name'],
  })

  expect(metadata).toMatchObject({
    keys: ['name'],
    detailedDiff: { name: { kind: 'update-replace' }, delay: { kind: 'add' } },
  })
})

test('a deletion has only an old state', () => {
  const metadata = buildMetadata({ operation: 'delete', before: queue({}), now: undefined, diff: {} })

  expect(metadata).toMatchObject({ op: 'delete', new: null, type: 'aws:sqs/queue:Queue' })
})
