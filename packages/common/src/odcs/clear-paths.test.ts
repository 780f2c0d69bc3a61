import { describe, expect, it } from 'vitest'
import { clearPaths } from './clear-paths.ts'
import { TopicContract } from './topic-contract.ts'

const contract = (status: 'draft' | 'active', properties?: unknown[]) =>
  TopicContract.parse({
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: 'x',
    name: 'orders',
    version: '1.0.0',
    status,
    team: { name: 'commerce' },
    ...(properties === undefined ? {} : { schema: [{ name: 'orders', properties }] }),
  })

describe('clearPaths', () => {
  it('names unclassified leaves; a classified field hides everything below it', () => {
    const found = clearPaths(
      contract('active', [
        { name: 'orderId' },
        { name: 'email', classification: 'hash' },
        { name: 'note', classification: 'public' },
        { name: 'customer', classification: 'mask', properties: [{ name: 'id' }] },
        { name: 'address', properties: [{ name: 'zip' }, { name: 'street', classification: 'drop' }] },
        { name: 'items', items: { properties: [{ name: 'sku' }, { name: 'gift', classification: 'drop' }] } },
      ]),
    )

    expect(found).toEqual([['orderId'], ['note'], ['address', 'zip'], ['items', 'sku']])
  })

  it('a draft or a contract without schema clears nothing', () => {
    expect(clearPaths(contract('draft', [{ name: 'orderId' }]))).toBeNull()
    expect(clearPaths(contract('active'))).toBeNull()
  })
})
