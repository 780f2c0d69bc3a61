import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A temporary folder with `count` small contracts; names as long as AWS's limits allow for, because those are what breaks first. */
export async function writeSyntheticContracts(count: number): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), `lean-ops-contracts-${count}-`))
  for (let index = 0; index < count; index++) {
    const name = `synthetic-customer-orders-${String(index).padStart(4, '0')}`
    await writeFile(
      path.join(folder, `${name}.odcs.yaml`),
      [
        'apiVersion: v3.1.0',
        'kind: DataContract',
        `id: ${name}`,
        `name: ${name}`,
        'version: 1.0.0',
        'status: active',
        'team: { name: synthetic }',
        `schema: [{ name: ${name}, properties: [{ name: id, logicalType: string, required: true }] }]`,
        'customProperties: [{ property: keyPath, value: id }]',
        '',
      ].join('\n'),
    )
  }
  return folder
}
