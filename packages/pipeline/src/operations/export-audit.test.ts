import { PutObjectCommand } from '@aws-sdk/client-s3'
import { recordAudit } from '@lean-ops/common/control-plane/audit/record-audit'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exportAudit } from './export-audit.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await recordAudit(database.db, {
    actor: { kind: 'system', id: 'test' },
    action: 'hold.set',
    target: { kind: 'hold', id: 'operations' },
    details: {},
  })
})
afterAll(() => database.close())

it('locks what it writes until the last day of the retention, and writes the same object again after a crash', async () => {
  const sent: PutObjectCommand['input'][] = []
  let isDown = false
  const deps = {
    db: database.db,
    s3: {
      send: async (command: unknown) => {
        if (command instanceof PutObjectCommand) sent.push(command.input)
        if (isDown) throw new Error('the answer got lost')
        return {}
      },
    } as never,
    archiveBucket: 'archive',
    lockDays: 10,
    now: () => new Date('2026-11-23T00:00:00Z'),
  }
  isDown = true
  await expect(exportAudit(deps)).rejects.toThrow('the answer got lost')
  isDown = false

  expect(await exportAudit(deps)).toBe(1)
  expect(await exportAudit(deps)).toBe(0)

  expect(sent).toHaveLength(2)
  expect(sent[0]?.Key).toBe(sent[1]?.Key)
  expect(sent[1]).toMatchObject({
    Bucket: 'archive',
    ObjectLockMode: 'COMPLIANCE',
    ObjectLockRetainUntilDate: new Date('2026-12-03T00:00:00Z'),
  })
})
