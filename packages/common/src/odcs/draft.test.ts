import { describe, expect, it } from 'vitest'
import type { Draft } from './draft-contract.ts'
import { draftFromSample } from './draft-from-sample.ts'
import { importJsonSchema } from './import-json-schema.ts'
import { importOpenApi } from './import-openapi.ts'
import { parseContract } from './parse-contract.ts'
import { readStandardSchema } from './read-standard-schema.ts'
import { renderDraft } from './render-draft.ts'
import { validateRow } from './validate-row.ts'

const id = '6f7d3a54-8d0c-4d36-9d0f-0d5c6f0a1bff'
const standard = await readStandardSchema(new URL('../../../..', import.meta.url).pathname)

function compiled(draft: Draft | undefined) {
  if (draft === undefined) throw new Error('no draft')
  const text = renderDraft(draft, id)
  const { model, faults } = parseContract(`${draft.topic}.odcs.yaml`, text, { validateStandard: standard })
  expect(faults).toEqual([])
  if (model === undefined) throw new Error('no model')
  const columns = model.columns.map((c) => [c.path.join('.'), c.type.kind, c.classification])
  return { text, model, columns }
}

describe('from a sample', () => {
  const rows = [
    { orderId: 'o-1', n: 1, total: 12.5, at: '2026-11-23T06:00:00Z', on: '2026-11-23', ok: true, tags: [1] },
    {
      orderId: 'o-2',
      n: 2,
      total: 3,
      at: '2026-11-23T06:00:00+01:00',
      on: '2026-11-24',
      ok: false,
      tags: [],
    },
  ].map((row) => JSON.stringify({ ...row, customer: { email: 'a@b.ch', size: { w: 1 } }, updatedAt: row.at }))

  it('types over all values, paths of nested objects, guesses marked as guesses', () => {
    const { columns, model, text } = compiled(draftFromSample('orders', 'commerce', rows))

    expect(columns).toEqual([
      ['orderId', 'string', null],
      ['n', 'long', null],
      ['total', 'decimal', null],
      ['at', 'timestamp', null],
      ['on', 'date', null],
      ['ok', 'boolean', null],
      ['tags', 'array', null],
      ['customer.email', 'string', 'hash'],
      ['customer.size.w', 'long', null],
      ['updatedAt', 'timestamp', null],
    ])
    expect(model).toMatchObject({
      status: 'draft',
      keyPath: ['orderId'],
      eventVersion: { path: ['updatedAt'] },
    })
    expect(text).toMatch(/email # .*guess: personal data/)
    expect(text).toMatch(/keyPath, value: orderId } # guess: 2 different values in 2 rows/)
  })

  it('every row it was made from passes it', () => {
    const { model } = compiled(draftFromSample('orders', 'commerce', rows))

    expect(rows.map((row) => validateRow(row, model.columns).code)).toEqual([null, null])
  })

  it('one value of a thousand decides a type; envelopes are opened; what is no message is counted', () => {
    const many = Array.from({ length: 999 }, (_, n) =>
      JSON.stringify({ messageId: `m${n}`, payload: { v: n } }),
    )

    const { columns, text } = compiled(
      draftFromSample('things', 'x', [...many, '{"v":"late"}', 'nonsense', '']),
    )

    expect(columns).toEqual([['v', 'string', null]])
    expect(text).toContain('999 number, 1 string')
    expect(text).toContain('From 1000 messages; 1 lines were no message')
  })

  it.each([
    ['numbers too long for JavaScript', '{"v":12345678901234567890}', 'decimal'],
    ['an exponent', '{"v":1e-30}', 'double'],
    ['only null', '{"v":null}', 'string'],
    ['an empty object', '{"v":{}}', 'object'],
    ['a name YAML reads as a truth', '{"yes":1,"v":true}', 'boolean'],
    ['a name that is reserved', '{"pass_id":"x","v":1}', 'long'],
    ['names that clash', '{"V_":1,"v":1}', 'long'],
    ['a name that is no word', '{"ü: # \\"":1,"v":1}', 'long'],
    ['one name twice', '{"v":"a","v":1}', 'long'],
    ['deeper than columns go', '{"a":{"b":{"c":{"d":{"e":{"f":1}}}}},"v":1}', 'long'],
  ])('%s', (_name, row, kind) => {
    const { columns } = compiled(draftFromSample('things', 'x', [row]))

    expect(columns.find(([path]) => path === 'v')?.[1]).toBe(kind)
  })

  it('no message, no draft', () => {
    expect(draftFromSample('things', 'x', ['[]', 'x'])).toBeUndefined()
  })
})

describe('from an OpenAPI model', () => {
  const document = {
    openapi: '3.0.0',
    info: { title: 'Shipments' },
    components: {
      schemas: {
        Address: {
          type: 'object',
          properties: { city: { type: 'string' }, geo: { $ref: '#/components/schemas/Geo' } },
        },
        Geo: { type: 'object', properties: { lat: { type: 'number', format: 'double' } } },
        Shipment: {
          required: ['shipmentId'],
          properties: {
            shipmentId: { type: 'string', maxLength: 36 },
            pieces: { type: 'integer', format: 'int32', minimum: 1 },
            state: { type: 'string', enum: ['OPEN', 'SENT'] },
            sentAt: { type: 'string', format: 'date-time' },
            to: { $ref: '#/components/schemas/Address' },
            parts: { type: 'array', items: { type: 'string' } },
          },
        },
      },
    },
  }
  const metadata = {
    source_topics: ['shipments', 'old_shipments'],
    target_std_table: 'std_x',
    sensitive_columns: ['to_city'],
  }

  it('the model nobody refers to, references resolved, sensitive columns hashed', () => {
    const { columns, model, text } = compiled(importOpenApi('shipments', 'logistics', document, metadata))

    expect(columns).toEqual([
      ['shipmentId', 'string', null],
      ['pieces', 'int', null],
      ['state', 'string', null],
      ['sentAt', 'timestamp', null],
      ['to.city', 'string', 'hash'],
      ['to.geo.lat', 'double', null],
      ['parts', 'array', null],
    ])
    expect(model.columns[0]).toMatchObject({ required: true, rules: [{ kind: 'length', action: 'warn' }] })
    expect(text).toContain('# metadata.json fed std_x from shipments, old_shipments')
  })

  it('a sensitive object protects everything below it', () => {
    const { columns } = compiled(
      importOpenApi('shipments', 'x', document, { ...metadata, sensitive_columns: ['to'] }),
    )

    expect(columns.filter(([, , c]) => c === 'hash').map(([path]) => path)).toEqual(['to.city', 'to.geo.lat'])
  })

  it('deeper than five levels, and a model that contains itself: one JSON text', () => {
    const nest = (depth: number): object =>
      depth === 0 ? { type: 'string' } : { type: 'object', properties: { n: nest(depth - 1) } }
    const schemas = {
      Root: { properties: { deep: nest(7), tree: { $ref: '#/components/schemas/Tree' } } },
      Tree: { type: 'object', properties: { child: { $ref: '#/components/schemas/Tree' } } },
    }

    const { columns } = compiled(importOpenApi('things', 'x', { components: { schemas } }))

    expect(columns).toEqual([
      ['deep.n.n.n.n', 'object', null],
      ['tree.child', 'object', null],
    ])
  })

  it.each<[string, object, object | undefined, string]>([
    ['a sensitive column that is not there', document, { ...metadata, sensitive_columns: ['zip'] }, 'zip'],
    [
      'a reset without justification',
      document,
      { ...metadata, nuclear_reset: true },
      'nuclear_justification',
    ],
    [
      'metadata without a field',
      document,
      { source_topics: ['a'], sensitive_columns: [] },
      'target_std_table',
    ],
    ['no models', { openapi: '3.0.0' }, undefined, 'components'],
    [
      'a reference into nothing',
      { components: { schemas: { A: { properties: { b: { $ref: '#/components/schemas/B' } } } } } },
      undefined,
      'not among',
    ],
  ])('refuses %s', (_name, model, settings, part) => {
    expect(() => importOpenApi('shipments', 'x', model, settings)).toThrow(part)
  })
})

describe('from the old schema files', () => {
  it('envelope_columns, payload_columns and cde_fields', () => {
    const { columns, model, text } = compiled(
      importJsonSchema('clicks', 'web', {
        envelope_columns: { message_id: { type: 'STRING' }, ingestion_ts: 'BIGINT' },
        payload_columns: {
          click_id: 'STRING',
          price: 'DECIMAL(10, 2)',
          user_id: { json_path: '$.event.userId' },
          clicked_at: { type: 'TIMESTAMP', json_path: '$.payload.at', default: 0 },
        },
        cde_fields: ['click_id'],
      }),
    )

    expect(columns).toEqual([
      ['click_id', 'string', null],
      ['price', 'decimal', null],
      ['event.userId', 'string', null],
      ['at', 'timestamp', null],
    ])
    expect(model.columns.map((c) => [c.name, c.isCritical])).toEqual([
      ['click_id', true],
      ['price', false],
      ['user_id', false],
      ['clicked_at', false],
    ])
    expect(text).toContain('the old default 0 was never applied')
  })

  it('columns and json_paths: the old key is the key, what every table has is left out', () => {
    const { model } = compiled(
      importJsonSchema('visits', 'web', {
        json_paths: {
          message_id: '$.messageId',
          idempotency_key: '$.payload._meta.key',
          ip: '$.payload.net.ip',
        },
        columns: {
          message_id: { type: 'STRING', cde: true },
          idempotency_key: { type: 'STRING', cde: true },
          ip: { type: 'STRING', sensitive: true },
          topic_name: { type: 'STRING', source: 'passthrough' },
        },
      }),
    )

    expect(model.keyPath).toEqual(['_meta', 'key'])
    expect(model.columns.map((c) => [c.name, c.classification])).toEqual([
      ['idempotency_key', null],
      ['ip', 'hash'],
    ])
  })

  it.each([
    ['another kind of file', { title: 'x' }, 'neither payload_columns nor columns'],
    ['a critical field that is not declared', { payload_columns: {}, cde_fields: ['a'] }, 'marks a'],
    ['a path with a filter', { payload_columns: { a: { json_path: '$.b[0]' } } }, 'not of the form'],
  ])('refuses %s', (_name, file, part) => {
    expect(() => importJsonSchema('things', 'x', file)).toThrow(part)
  })
})
