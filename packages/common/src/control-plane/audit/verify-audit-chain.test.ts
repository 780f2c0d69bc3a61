import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { listUnexportedAudit, recordAuditExport } from './list-unexported-audit.ts'
import { recordAudit } from './record-audit.ts'
import { verifyAuditChain } from './verify-audit-chain.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  for (let n = 0; n < 12; n += 1)
    await recordAudit(database.db, {
      actor: { kind: 'user', id: `user-${n}` },
      action: 'replay.create',
      reason: `"quoted" ${n}`,
      details: { count: n },
    })
})
afterAll(() => database.close())

/** What only someone with the owner's rights and bad intentions can do. */
const tamper = async (statement: string): Promise<void> => {
  await database.owner.query(
    `ALTER TABLE audit_log DISABLE TRIGGER USER; ${statement}; ALTER TABLE audit_log ENABLE TRIGGER USER`,
  )
}

describe('the chain of the audit', () => {
  it('is whole as written, and exports page by page, once an hour', async () => {
    const whole = await verifyAuditChain(database.db)
    const page = await listUnexportedAudit(database.db, { everySeconds: 3_600, limit: 5 })
    if (!page) throw new Error('nothing to export')
    await recordAuditExport(database.db, { ...page, bucket: 'archive', key: 'audit/x' })
    const tooSoon = await listUnexportedAudit(database.db, { everySeconds: 3_600, limit: 5 })
    const next = await listUnexportedAudit(database.db, { everySeconds: 0, limit: 100 })

    expect(whole).toMatchObject({ rows: 12, brokenAt: undefined, lastSeq: 12, contradictedExports: [] })
    expect(page.lines.map((l) => JSON.parse(l).seq)).toEqual([1, 2, 3, 4, 5])
    expect(JSON.parse(page.lines[4] ?? '{}')).toMatchObject({ hash: page.lastHash, reason: '"quoted" 4' })
    expect(tooSoon).toBeUndefined()
    expect([next?.firstSeq, next?.lastSeq]).toEqual([6, 12])
  })

  it('names the row that was changed, and the gap where one was taken out', async () => {
    await tamper("UPDATE audit_log SET reason = 'never mind' WHERE seq = 9")
    const changed = await verifyAuditChain(database.db)
    await tamper(
      `UPDATE audit_log SET reason = '"quoted" 8' WHERE seq = 9; DELETE FROM audit_log WHERE seq = 7`,
    )
    const gap = await verifyAuditChain(database.db)

    expect(changed.brokenAt).toEqual({ seq: 9, fault: 'changed' })
    expect(gap.brokenAt).toEqual({ seq: 8, fault: 'gap' })
  })

  it('notices by its exports that the end was cut off', async () => {
    await tamper('DELETE FROM audit_log WHERE seq >= 5')
    const cut = await verifyAuditChain(database.db)

    expect(cut.brokenAt).toBeUndefined()
    expect(cut.contradictedExports).toEqual([5])
  })
})
