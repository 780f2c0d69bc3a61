import path from 'node:path'
import { loadContracts } from '@lean-ops/common/odcs/load-contracts'
import { expect, test } from 'vitest'
import { rootDir } from './local-paths.ts'
import { writeSyntheticContracts } from './write-synthetic-contracts.ts'

test('made-up topics are as many as asked for, with names and ids of their own', async () => {
  const folder = writeSyntheticContracts(25, '.local/contracts-of-a-test')

  const contracts = await loadContracts(path.join(rootDir, folder))

  expect(contracts).toHaveLength(25)
  expect(new Set(contracts.map(({ id }) => id)).size).toBe(25)
  expect(contracts.map(({ name }) => name)).toContain('orders-008')
})
