import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { describeResources } from './describe-resources.ts'
import { recordedReasons } from './recorded.ts'
import { createdKinds, getResourceKind } from './registry.ts'

test('docs/local-cloud-resources.md says what the registry does', async () => {
  const page = await readFile(
    path.join(import.meta.dirname, '../../../docs/local-cloud-resources.md'),
    'utf8',
  )

  // When this fails: node packages/local-cloud/provider/write-resource-table.ts
  expect(page).toBe(describeResources())
})

test('each type is created or recorded, never both, and every recorded one has a reason', () => {
  const types = createdKinds.map(({ type }) => type)

  expect(new Set(types).size).toBe(types.length)
  for (const pattern of Object.keys(recordedReasons)) {
    expect(
      types.filter(
        (type) => type === pattern || (pattern.endsWith('*') && type.startsWith(pattern.slice(0, -1))),
      ),
    ).toEqual([])
    const kind = getResourceKind(pattern.replace('*', 'thing'))
    expect(kind.treatment === 'recorded' && kind.reason).toBeTruthy()
  }
})

test('what is only recorded has ids that stay the same, and differ by type and name', () => {
  const context = { clients: undefined as never, region: 'us-east-1', account: '000000000000', endpoint: '' }
  const outputs = (type: string, name: string) => {
    const kind = getResourceKind(type)
    return kind.treatment === 'recorded' ? kind.outputs({ type, name, inputs: {} }, context) : undefined
  }

  expect(outputs('aws:ec2/vpc:Vpc', 'A')).toEqual(outputs('aws:ec2/vpc:Vpc', 'A'))
  expect(outputs('aws:ec2/vpc:Vpc', 'A')?.id).not.toBe(outputs('aws:ec2/vpc:Vpc', 'B')?.id)
  expect(outputs('aws:ec2/vpc:Vpc', 'A')?.arn).toMatch(/^arn:aws:ec2:us-east-1:000000000000:vpc\/vpc-/)
})

test('every created type of AWS has a test that deploys it and reads it back', async () => {
  const files = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.cloud.test.ts'))
  const tests = await Promise.all(files.map((file) => readFile(path.join(import.meta.dirname, file), 'utf8')))
  const tested = new Set(tests.join('\n').match(/(?<=testLifecycle\(\s*aws,\s*')[^']+/g))

  const missing = createdKinds
    .filter(({ type, isPure }) => !isPure && !tested.has(type))
    .map(({ type }) => type)
  expect(missing).toEqual([])
})
