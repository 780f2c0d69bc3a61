import { recordWhatIf } from '@lean-ops/common/control-plane/contracts/record-what-if'
import { AppError } from '@lean-ops/common/errors/app-error'
import { describe, expect, it } from 'vitest'
import { runSlice } from '../run-slice.ts'
import { topics, useJobRoom, whatIf } from './testing/job-room.ts'

const room = useJobRoom()
const { depsWith, plan, begin, operation, items, audited, seedContract, activeSha } = room

describe('contracts', () => {
  it('a what-if is kept with the version it judged', async () => {
    await seedContract('what-1', {}, 'active')
    const sha256 = await seedContract('what-1', {
      version: '1.1.0',
      properties: [{ name: 'n', logicalType: 'string' }],
    })
    const id = await begin({ kind: 'what-if', sha256, days: 3 }, topics('what-1'))

    await runSlice(id, depsWith({ whatIf: async ({ days }) => whatIf('what-1', days) }))

    const { rows } = await room.database.pool.query(
      `SELECT result -> 'rows' ->> 'read' AS read FROM contract_what_ifs`,
    )
    expect(rows).toEqual([{ read: '3' }])
    expect(await operation(id)).toMatchObject({ state: 'completed', resolved: 1 })
  })

  it('activates after a what-if, with the tables altered first; once; and audited', async () => {
    await seedContract('act-1', {}, 'active')
    const sha256 = await seedContract('act-1', {
      version: '1.1.0',
      properties: [{ name: 'n', logicalType: 'string' }],
    })
    const parameters = { kind: 'activate-contract', sha256 } as const
    const blocked = await plan(parameters, topics('act-1'))
    const against = await activeSha('act-1')
    // The newest answer of a version replaces the one before: first one that time has cut.
    await recordWhatIf(room.database.db, {
      topic: 'act-1',
      sha256,
      againstSha256: against,
      operationId: crypto.randomUUID(),
      result: { ...whatIf('act-1', 1), isComplete: false },
    })
    const cut = await plan(parameters, topics('act-1'))
    const accepted = await plan({ ...parameters, acceptsCutWhatIf: true }, topics('act-1'))
    await recordWhatIf(room.database.db, {
      topic: 'act-1',
      sha256,
      againstSha256: against,
      operationId: crypto.randomUUID(),
      result: whatIf('act-1', 1),
    })

    const refused = await begin(parameters, topics('act-1'))
    await runSlice(
      refused,
      depsWith({
        migrateTables: async () => {
          throw new AppError('CONFLICT', 'the tables have to be rebuilt')
        },
      }),
    )
    const stillActive = await activeSha('act-1')
    const id = await begin(parameters, topics('act-1'))
    await runSlice(id, depsWith({ migrateTables: async () => ['altered act_1'] }))

    expect(blocked.preview.blockers).toMatchObject([{ code: 'what_if_missing', blocking: true }])
    expect(cut.preview.blockers).toMatchObject([{ code: 'what_if_cut', blocking: true }])
    expect(accepted.preview.blockers).toMatchObject([{ code: 'what_if_cut', blocking: false }])
    expect(await items(refused)).toMatchObject([{ outcome: 'failed', reason: 'migration_failed' }])
    expect(stillActive).toBe(against)
    expect(await activeSha('act-1')).toBe(sha256)
    expect(await items(id)).toMatchObject([
      { outcome: 'resolved', detail: 'version 1.1.0 is active; altered act_1' },
    ])
    expect(await audited(id)).toEqual([
      'activate-contract.create',
      'contract.activate',
      'activate-contract.finish',
    ])
    const { rows } = await room.database.pool.query(
      `SELECT version, state FROM contract_versions WHERE topic = 'act-1' ORDER BY version`,
    )
    expect(rows).toEqual([
      { version: '1.0.0', state: 'superseded' },
      { version: '1.1.0', state: 'ahead_of_git' },
    ])
  })
})
