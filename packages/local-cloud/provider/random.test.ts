import { expect, test } from 'vitest'
import { putResource } from '../engine/put-resource.ts'
import { createClients } from './clients.ts'
import { getResourceKind } from './registry.ts'

const context = {
  clients: createClients({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1' }),
  endpoint: '',
  region: 'us-east-1',
  account: '0',
}
const make = (type: string, name: string, inputs: Record<string, unknown>) => {
  const urn = `urn:pulumi:local::app::${type}::${name}`
  return putResource(
    context,
    getResourceKind(type),
    { urn, type, custom: true, inputs, outputs: {} },
    undefined,
  )
}

test('local random values follow from the name: the same on every run, different between resources', async () => {
  const bytes = (name: string) => make('random:index/randomBytes:RandomBytes', name, { length: 40 })

  expect(await bytes('A')).toEqual(await bytes('A'))
  expect((await bytes('A')).hex).not.toBe((await bytes('B')).hex)
  expect(Buffer.from(String((await bytes('A')).base64), 'base64')).toHaveLength(40)
})

test('each kind of random value has its form', async () => {
  const id = await make('random:index/randomId:RandomId', 'A', { byteLength: 4, prefix: 'x-' })
  const password = await make('random:index/randomPassword:RandomPassword', 'A', {
    length: 20,
    special: false,
  })
  const lower = await make('random:index/randomString:RandomString', 'A', { length: 30, upper: false })
  const uuid = await make('random:index/randomUuid:RandomUuid', 'A', {})

  expect(id.hex).toMatch(/^x-[0-9a-f]{8}$/)
  expect(id.dec).toBe(`x-${Number.parseInt(String(id.hex).slice(2), 16)}`)
  expect(password.result).toMatch(/^[A-Za-z2-9]{20}$/)
  expect(lower.result).toMatch(/^[a-z2-9]{30}$/)
  expect(uuid.result).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
})
