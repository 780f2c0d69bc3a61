import { expect, test } from 'vitest'
import { ensureRawTables } from './ensure-raw-tables.ts'
import { rawColumns } from './raw-columns.ts'
import { fakeCatalog } from './testing/fake-catalog.ts'
import { metadataOf } from './testing/table-metadata.ts'

const lake = { database: 'lean_ops_test_raw', bucket: 'lake', prefix: 'raw' }
const columnsOf = (catalog: ReturnType<typeof fakeCatalog>, table: string) =>
  catalog.metadata.get(table)?.schemas[0]?.fields.map((f) => f.name)

test('missing tables are made, each under its own prefix, and a second run changes nothing', async () => {
  // Prepare
  const catalog = fakeCatalog()

  // Act
  const first = await ensureRawTables(catalog.deps, lake, ['orders', 'payments'])
  catalog.calls.length = 0
  const second = await ensureRawTables(catalog.deps, lake, ['orders', 'payments'])

  // Assess
  expect(first).toEqual({ created: ['orders', 'payments'], extended: [], unchanged: 0 })
  expect(catalog.metadata.get('orders')?.location).toBe('s3://lake/raw/orders')
  expect(columnsOf(catalog, 'orders')).toEqual(rawColumns.map((c) => c.name))
  expect(second).toEqual({ created: [], extended: [], unchanged: 2 })
  expect(catalog.calls).toEqual(['get orders', 'get payments'])
})

test('missing columns are added behind what is there, under ids that were never used', async () => {
  // Prepare: a table of an older version, to which somebody added a column of their own.
  const catalog = fakeCatalog({
    orders: metadataOf({
      without: ['payload_encoding', 'json_payload'],
      extra: [{ id: 20, name: 'audit_note', type: 'string', required: false }],
    }),
  })

  // Act
  const result = await ensureRawTables(catalog.deps, lake, ['orders'])

  // Assess
  expect(result.extended).toEqual(['orders'])
  const fields = catalog.metadata.get('orders')?.schemas[0]?.fields ?? []
  expect(fields.slice(-3).map((f) => [f.id, f.name])).toEqual([
    [20, 'audit_note'],
    [21, 'payload_encoding'],
    [22, 'json_payload'],
  ])
  expect(catalog.metadata.get('orders')?.['partition-specs']).toEqual(metadataOf()['partition-specs'])
})

test('incompatible tables are refused together, untouched, and the others are made', async () => {
  // Prepare
  const wrong = metadataOf({ retype: { publish_time: 'string' } })
  const catalog = fakeCatalog({ orders: wrong, payments: metadataOf({ partition: null }) })

  // Act
  const attempt = ensureRawTables(catalog.deps, lake, ['orders', 'events', 'payments'])

  // Assess
  await expect(attempt).rejects.toMatchObject({
    code: 'CONFLICT',
    context: {
      faults: [
        expect.stringContaining('_raw.orders: column publish_time is "string"'),
        expect.stringContaining('_raw.payments: partitioned by nothing'),
      ],
    },
  })
  expect(catalog.metadata.get('orders')).toEqual(wrong)
  expect(catalog.metadata.has('events')).toBe(true)
  expect(catalog.calls).not.toContain('update orders')
})

test('a table that another run makes at the same moment is taken as it is, if it is right', async () => {
  // Prepare: it appears between the look and the create.
  const catalog = fakeCatalog()
  catalog.state.refuse = (call) => {
    if (call === 'create orders') catalog.metadata.set('orders', metadataOf())
    return undefined
  }

  // Act
  const result = await ensureRawTables(catalog.deps, lake, ['orders'])

  // Assess
  expect(result.created).toEqual(['orders'])
})

test('an update that was accepted and did nothing is noticed', async () => {
  // Prepare
  const old = metadataOf({ without: ['json_payload'] })
  const catalog = fakeCatalog({ orders: old })
  const send = catalog.deps.glue.send.bind(catalog.deps.glue)
  const deaf = (async (command: Parameters<typeof send>[0]) => {
    const answer = await send(command)
    catalog.metadata.set('orders', old)
    return answer
  }) as typeof send

  // Act
  const attempt = ensureRawTables({ ...catalog.deps, glue: { send: deaf } }, lake, ['orders'])

  // Assess
  await expect(attempt).rejects.toThrow('column json_payload was not added')
})

test('a fault that is not about a table stops the run with that fault', async () => {
  // Prepare
  const catalog = fakeCatalog()
  catalog.state.refuse = (call) =>
    call.startsWith('create') ? Object.assign(new Error('no'), { name: 'AccessDeniedException' }) : undefined

  // Act
  const attempt = ensureRawTables(catalog.deps, lake, ['orders'])

  // Assess
  await expect(attempt).rejects.toMatchObject({ name: 'AccessDeniedException' })
})

test('700 tables are made ten at a time', async () => {
  // Prepare
  const catalog = fakeCatalog()
  const tables = Array.from({ length: 700 }, (_, index) => `topic_${index}`)

  // Act
  const result = await ensureRawTables(catalog.deps, lake, tables)

  // Assess
  expect(result.created).toHaveLength(700)
  expect(catalog.metadata.size).toBe(700)
  expect(catalog.state.inFlightMax).toBe(10)
})
