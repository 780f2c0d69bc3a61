import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { renderFault } from './contract-fault.ts'
import { parseContract } from './parse-contract.ts'
import { readStandardSchema } from './read-standard-schema.ts'
import { makeDocument } from './testing/make-contract.ts'

const rootDir = path.join(import.meta.dirname, '../../../..')
const standard = await readStandardSchema(rootDir)

const documented = (): string => {
  const text = readFileSync(path.join(rootDir, 'docs/contracts.md'), 'utf8')
  return /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
}
const faultsOf = (document: object): string[] =>
  parseContract('contracts/things.odcs.yaml', stringify(document), { validateStandard: standard }).faults.map(
    renderFault,
  )
const withProperty = (property: object, customProperties: { property: string; value: unknown }[] = []) =>
  faultsOf(makeDocument({ properties: [property], customProperties }))

describe('the documented contract', () => {
  const { model, faults } = parseContract('invoices.odcs.yaml', documented(), { validateStandard: standard })

  it('is legal by the published schema and by our rules', () => {
    expect(standard).toBeDefined()
    expect(faults).toEqual([])
  })

  it('means what the page says', () => {
    expect(model?.columns.map((c) => [c.name, c.type.kind, c.classification, c.isCritical])).toEqual([
      ['invoice_id', 'string', null, true],
      ['revision', 'long', null, false],
      ['total', 'decimal', null, true],
      ['currency', 'string', null, false],
      ['state', 'string', null, true],
      ['issued_on', 'date', null, false],
      ['sent_at', 'timestamp', null, false],
      ['customer_email', 'string', 'hash', false],
      ['customer_name', 'string', 'mask', false],
      ['customer_note', 'string', 'drop', false],
      ['lines', 'array', null, false],
    ])
    expect(model?.columns.flatMap((c) => c.rules)).toEqual([
      { name: 'total-is-sane', action: 'quarantine', kind: 'range', minimum: '0.00', maximum: '1000000.00' },
      { name: 'currency-code', action: 'warn', kind: 'pattern', pattern: '[A-Z]{3}' },
      { name: 'state-known', action: 'fail', kind: 'enum', values: ['', 'OPEN', 'PAID'] },
    ])
    expect(model).toMatchObject({
      keyPath: ['invoiceId'],
      eventVersion: { path: ['revision'], type: { kind: 'long' } },
      onSpike: 'hold',
      latencySeconds: 900,
      backlogThreshold: 10_000,
      hasRestrictedTable: true,
      snowflake: { database: 'ANALYTICS', schema: 'BILLING', table: 'INVOICES' },
    })
  })
})

describe('faults name file, line, place and remedy', () => {
  it('each of them, not only the first', () => {
    const text = documented()
      .replace('status: active', 'status: live')
      .replace('team:\n  name: billing', 'team: {}')

    const faults = parseContract('contracts/invoices.odcs.yaml', text).faults.map(renderFault)

    expect(faults).toEqual([
      expect.stringMatching(/^contracts\/invoices\.odcs\.yaml:6: status: .* → use draft \| active$/),
      expect.stringMatching(/^contracts\/invoices\.odcs\.yaml:9: team\.name: .* → add name as string$/),
    ])
  })

  it.each([
    ['what is no YAML', 'name: [', 'not YAML'],
    ['an empty file', '', 'document'],
    ['duplicate keys', `${documented()}\nstatus: draft\n`, 'unique'],
  ])('%s', (_name, text, part) => {
    const { faults, contract, model } = parseContract('invoices.odcs.yaml', text)

    expect(faults.map(renderFault).join('\n')).toContain(part)
    expect([contract, model]).toEqual([undefined, undefined])
  })

  it('a file that is not called after its topic', () => {
    expect(parseContract('other.odcs.yaml', documented()).faults.map(renderFault)).toEqual([
      'other.odcs.yaml:4: name: the topic "invoices" does not belong in this file → call the file invoices.odcs.yaml',
    ])
  })

  it('a field the standard does not know, also where we would ignore it', () => {
    expect(withProperty({ name: 'a', logicalType: 'string', requird: true })).toEqual([
      expect.stringContaining('the standard has no field "requird" here'),
    ])
  })
})

describe('our rules', () => {
  const rule = (implementation: object, logicalType = 'integer', name: string | undefined = 'r') => ({
    name: 'v',
    logicalType,
    quality: [{ ...(name && { name }), type: 'custom', engine: 'lean-ops', implementation }],
  })

  it.each<[string, object, string]>([
    ['no type', { name: 'v' }, 'no logicalType'],
    ['time', { name: 'v', logicalType: 'time' }, 'time has no column type'],
    ['a bare number', { name: 'v', logicalType: 'number' }, 'decimal(p,s)'],
    ['a wide decimal', { name: 'v', logicalType: 'number', physicalType: 'decimal(39,2)' }, 'p ≤ 38'],
    ['scale over precision', { name: 'v', logicalType: 'number', physicalType: 'decimal(2,3)' }, 's ≤ p'],
    ['types that disagree', { name: 'v', logicalType: 'string', physicalType: 'int' }, 'does not fit'],
    [
      'an unknown classification',
      { name: 'v', logicalType: 'string', classification: 'secret' },
      'hash | mask',
    ],
    ['a reserved column', { name: 'messageId', logicalType: 'string' }, 'payload_message_id'],
    ['a clash', { name: 'ID', logicalType: 'string' }, 'are both called id'],
    ['a name that is none', { name: '1st', logicalType: 'string' }, 'is no column name'],
    ['twice', { name: 'id', logicalType: 'string' }, 'id is declared twice'],
    [
      'classified elements of a list',
      {
        name: 'v',
        logicalType: 'array',
        items: {
          logicalType: 'object',
          properties: [{ name: 'mail', logicalType: 'string', classification: 'hash' }],
        },
      },
      'classify the list itself',
    ],
    [
      'critical on an object that is split',
      {
        name: 'v',
        logicalType: 'object',
        criticalDataElement: true,
        properties: [{ name: 'a', logicalType: 'string' }],
      },
      'mark the members',
    ],
    [
      'blank on a number',
      {
        name: 'v',
        logicalType: 'integer',
        criticalDataElement: true,
        customProperties: [{ property: 'blank', value: 'allowed' }],
      },
      'blank',
    ],
    [
      'a time format on text',
      {
        name: 'v',
        logicalType: 'string',
        customProperties: [{ property: 'timestampFormat', value: 'epochMillis' }],
      },
      'only for logicalType timestamp',
    ],
    ['a rule without name', rule({ rule: 'range', minimum: 0 }, 'integer', ''), 'a rule needs a name'],
    ['an unknown rule', rule({ rule: 'odd' }), 'rule: range | enum'],
    ['an unknown action', rule({ rule: 'range', minimum: 0, action: 'shout' }), 'action'],
    ['a misspelt bound', rule({ rule: 'range', minimun: 0, maximum: 1 }), 'minimun'],
    ['a rule without bounds', rule({ rule: 'range' }), 'neither minimum nor maximum'],
    ['bounds upside down', rule({ rule: 'range', minimum: 2, maximum: 1 }), 'minimum is above maximum'],
    ['a bound of another type', rule({ rule: 'range', minimum: 'x' }), 'is no long'],
    ['a bound YAML has rounded', rule({ rule: 'range', maximum: 2 ** 53 }), 'quote numbers'],
    ['a pattern on a number', rule({ rule: 'pattern', pattern: 'a' }), 'cannot judge a long'],
    [
      'a pattern that does not compile',
      rule({ rule: 'pattern', pattern: '(' }, 'string'),
      'does not compile',
    ],
    [
      'a pattern read differently elsewhere',
      rule({ rule: 'pattern', pattern: '\\d+' }, 'string'),
      '[0-9A-Za-z_]',
    ],
    [
      'a group without end, which costs Java a frame for each turn',
      rule({ rule: 'pattern', pattern: '[a-z]+(?:-[a-z]+)*' }, 'string'),
      '{0,99}',
    ],
    ['a class of nothing', rule({ rule: 'pattern', pattern: '[^]+' }, 'string'), 'empty class'],
  ])('%s', (_name, property, part) => {
    const faults = withProperty(property)

    expect(faults.join('\n')).toContain(part)
    for (const fault of faults) expect(fault).toMatch(/^contracts\/things\.odcs\.yaml:\d+: schema.* → ./)
  })

  it.each<[string, string, unknown, string]>([
    ['a spike', 'onSpike', 'stop', 'continue or hold'],
    ['a threshold', 'backlogThreshold', 0, 'whole number'],
    ['a share', 'spikePercent', 101, 'from 1 to 100'],
    ['a version nobody declared', 'versionPath', 'at', 'is not among the properties'],
    ['a version without order', 'versionPath', 'id', 'no order of versions'],
    ['a runbook', 'runbook', 'ask Bob', 'https://'],
    ['clear values of nothing', 'restrictedTable', true, 'without a property classified'],
    ['a target', 'snowflake', { database: 'a b', schema: 's', table: 't' }, 'plain names'],
  ])('setting: %s', (_name, property, value, part) => {
    expect(faultsOf(makeDocument({ customProperties: [{ property, value }] })).join('\n')).toContain(part)
  })

  it('keys: declared, scalar and marked once', () => {
    const document = (keyPath: unknown, extra: object[] = []) => ({
      ...makeDocument({ properties: extra }),
      customProperties: [{ property: 'keyPath', value: keyPath }],
    })

    expect(faultsOf(document('other')).join()).toContain('is not among the properties')
    expect(faultsOf(document('list', [{ name: 'list', logicalType: 'array' }])).join()).toContain(
      'is of type array',
    )
    expect(
      faultsOf(document('id', [{ name: 'b', logicalType: 'string', primaryKey: true }])).join(),
    ).toContain('b is marked primaryKey')
    expect(faultsOf(document(['a.b'], [{ name: 'a.b', logicalType: 'string' }]))).toEqual([])
    expect(faultsOf({ ...document(undefined), customProperties: [] }).join()).toContain('without keyPath')
  })

  it('deeper than five levels', () => {
    const nest = (depth: number): object =>
      depth === 0
        ? { name: 'leaf', logicalType: 'string' }
        : { name: `n${depth}`, logicalType: 'object', properties: [nest(depth - 1)] }

    expect(withProperty(nest(4))).toEqual([])
    expect(withProperty(nest(5)).join()).toContain('nested deeper than 5 levels')
  })

  it('a rule of another engine is left alone', () => {
    const quality = [
      { name: 'x', type: 'custom', engine: 'soda', implementation: 'checks' },
      { type: 'text', description: 'words' },
    ]

    expect(withProperty({ name: 'v', logicalType: 'integer', quality })).toEqual([])
  })
})
