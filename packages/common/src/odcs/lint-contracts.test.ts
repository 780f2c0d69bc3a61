import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { renderFault } from './contract-fault.ts'
import { lintContracts } from './lint-contracts.ts'
import { makeDocument } from './testing/make-contract.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lint-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const sla = { slaProperties: [{ property: 'latency', value: 15, unit: 'm' }] }
const put = (topic: string, id: string, options: Parameters<typeof makeDocument>[0] = {}) =>
  writeFile(
    path.join(folder, `${topic}.odcs.yaml`),
    stringify({ ...makeDocument({ ...options, topic }), id, ...sla }),
  )
const mail = { name: 'email', logicalType: 'string', classification: 'hash' }

it('two good contracts: nothing to say', async () => {
  await put('alpha', 'id-1')
  await put('beta', 'id-2')

  expect(await lintContracts(folder, undefined)).toMatchObject({ files: 2, faults: [], warnings: [] })
})

it('what there may be only once: ids, tables, Snowflake targets', async () => {
  await put('alpha', 'id-1', {
    snowflake: ['DB', 'S', 'T'],
    properties: [mail],
    customProperties: [{ property: 'restrictedTable', value: true }],
  })
  await put('alpha-restricted', 'id-2')
  await put('beta', 'id-1', { snowflake: ['db', 's', 't'] })

  const { faults } = await lintContracts(folder, undefined)

  const name = path.basename(folder)
  expect(faults.map(renderFault).map((f) => f.replaceAll(name, 'contracts'))).toEqual([
    expect.stringContaining('table alpha_restricted belongs to contracts/alpha-restricted.odcs.yaml already'),
    expect.stringContaining('id id-1 belongs to contracts/alpha.odcs.yaml already'),
    expect.stringContaining('Snowflake table DB.S.T belongs to contracts/alpha.odcs.yaml already'),
  ])
})

it('warns of names that look personal, and of what nobody enforces', async () => {
  await put('alpha', 'id-1', {
    properties: [
      { name: 'phone', logicalType: 'string' },
      { name: 'mobile', logicalType: 'string', classification: 'public' },
      { name: 'n', logicalType: 'integer', logicalTypeOptions: { maximum: 3 } },
      { name: 'm', logicalType: 'integer', quality: [{ metric: 'nullValues', mustBe: 0 }] },
    ],
  })

  const { faults, warnings } = await lintContracts(folder, undefined)

  expect(faults).toEqual([])
  expect(warnings.map((w) => `${w.path}: ${w.message}`)).toEqual([
    'phone: the name suggests personal data, and it is stored in clear',
    'n: logicalTypeOptions is not applied here',
    'm: quality check (unnamed) of type library is not applied here',
  ])
})

it('one bad file does not hide the others', async () => {
  await put('alpha', 'id-1', { properties: [{ name: 'v' }] })
  await put('beta', 'id-2')

  const { faults, models } = await lintContracts(folder, undefined)

  expect(faults).toHaveLength(1)
  expect(models.map((m) => m.topic)).toEqual(['beta'])
})
