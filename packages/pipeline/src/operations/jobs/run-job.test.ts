import { changeOperation } from '@lean-ops/common/control-plane/operations/change-operation'
import { describe, expect, it } from 'vitest'
import { runSlice } from '../run-slice.ts'
import { ana, topics, useJobRoom } from './testing/job-room.ts'

const room = useJobRoom()
const { depsWith, plan, confirm, begin, pipeline, operation, items, audited, seedContract } = room

describe('runs', () => {
  it('starts one execution for all topics, follows it to its end, and gives each topic one outcome', async () => {
    const machine = pipeline()
    const id = await begin({ kind: 'run-with-input' }, topics('run-1', 'run-2', 'run-3'))

    const first = await runSlice(id, depsWith(machine.ports))
    const waiting = await runSlice(id, depsWith(machine.ports))
    await machine.end(`op-${id}`, { 'run-1': 'COMPLETE', 'run-2': 'FAILED', 'run-3': 'BUSY' }, 'FAILED')
    const last = await runSlice(id, depsWith(machine.ports))

    expect([first.again, waiting.again, last.again]).toEqual(['later', 'later', 'never'])
    expect(machine.started).toEqual([
      expect.objectContaining({
        execution: `op-${id}`,
        input: { topics: ['run-1', 'run-2', 'run-3'], trigger: 'operation', operationId: id },
      }),
    ])
    expect(await items(id)).toMatchObject([
      { topic: 'run-1', outcome: 'resolved', reason: null },
      {
        topic: 'run-2',
        outcome: 'failed',
        reason: 'run_failed',
        detail: 'failed: JOB_FAILED: out of memory',
      },
      { topic: 'run-3', outcome: 'skipped', reason: 'topic_busy' },
    ])
    expect(await operation(id)).toMatchObject({
      state: 'completed_with_failures',
      title: 'Run 3 topics now',
      total: 3,
      resolved: 1,
      failed: 1,
      skipped: 1,
    })
    expect(await audited(id)).toEqual(['run-with-input.create', 'run-with-input.finish'])
  })

  it('a worker that dies after writing the start down is replaced by one that starts the same run', async () => {
    const machine = pipeline()
    const id = await begin({ kind: 'rebuild', layer: 'curated' }, topics('kill-1'))
    const dying = runSlice(
      id,
      depsWith({
        startRun: async () => {
          throw new Error('killed')
        },
      }),
    )

    await expect(dying).rejects.toThrow('killed')
    await room.database.pool.query('UPDATE operations SET lease_until = now() WHERE id = $1', [id])
    await runSlice(id, depsWith(machine.ports, 'w2'))
    await machine.end(`op-${id}`, { 'kill-1': 'COMPLETE' })
    await runSlice(id, depsWith(machine.ports, 'w2'))

    expect(machine.started.map((run) => run.input)).toEqual([
      expect.objectContaining({ request: { mode: 'recompute', layer: 'curated' } }),
    ])
    expect(await operation(id)).toMatchObject({ state: 'completed', resolved: 1 })
  })

  it('a redrive takes up what failed, names its parent, and refuses a run that did not fail', async () => {
    const machine = pipeline()
    const input = { topics: ['parent-1', 'parent-2'], trigger: 'schedule' as const }
    await machine.ports.startRun({ execution: 'slot-1', input, actor: ana })
    const tooEarly = await plan({ kind: 'redrive' }, { by: 'run', execution: 'slot-1' })
    await machine.end('slot-1', { 'parent-1': 'COMPLETE', 'parent-2': 'FAILED' }, 'FAILED')

    const id = await begin({ kind: 'redrive' }, { by: 'run', execution: 'slot-1' })
    await runSlice(id, depsWith(machine.ports))

    expect(tooEarly.preview.blockers).toMatchObject([{ code: 'run_not_failed', blocking: true }])
    await expect(confirm(tooEarly.id)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(machine.started.at(-1)?.input).toEqual({
      topics: ['parent-2'],
      trigger: 'redrive',
      parentExecution: 'slot-1',
      operationId: id,
    })
    await machine.end(`op-${id}`, { 'parent-2': 'COMPLETE' })
    await runSlice(id, depsWith(machine.ports))
  })

  it('a rerun repeats what the run was asked for', async () => {
    const machine = pipeline()
    const input = {
      topics: ['parent-1'],
      request: { mode: 'recompute' as const, layer: 'semantic' as const },
    }
    await machine.ports.startRun({ execution: 'slot-2', input, actor: ana })
    await machine.end('slot-2', { 'parent-1': 'COMPLETE' })

    const id = await begin({ kind: 'rerun' }, { by: 'run', execution: 'slot-2' })
    await runSlice(id, depsWith(machine.ports))

    expect(machine.started.at(-1)?.input).toMatchObject({
      topics: ['parent-1'],
      parentExecution: 'slot-2',
      request: input.request,
    })
    await machine.end(`op-${id}`, { 'parent-1': 'COMPLETE' })
    await runSlice(id, depsWith(machine.ports))
  })

  it('a stop waits until Step Functions says that the run has ended', async () => {
    const machine = pipeline()
    await machine.ports.startRun({ execution: 'slot-3', input: { topics: ['stop-1'] }, actor: ana })
    const id = await begin({ kind: 'stop' }, { by: 'run', execution: 'slot-3' })

    const asked = await runSlice(id, depsWith(machine.ports))
    await runSlice(id, depsWith(machine.ports))
    await machine.end('slot-3', { 'stop-1': 'FAILED' }, 'ABORTED')
    await runSlice(id, depsWith(machine.ports))

    expect(asked.again).toBe('later')
    expect(machine.stopped).toEqual(['slot-3'])
    expect(await operation(id)).toMatchObject({ state: 'completed', resolved: 1, topics: ['stop-1'] })
  })

  it('cancelling stops the run that it had started', async () => {
    const machine = pipeline()
    const id = await begin({ kind: 'run-with-input' }, topics('cancel-1'))
    await runSlice(id, depsWith(machine.ports))
    await changeOperation(room.database.db, {
      operationId: id,
      change: { action: 'cancel' },
      ifVersion: 1,
      actor: ana,
    })

    await runSlice(id, depsWith(machine.ports))
    await machine.end(`op-${id}`, { 'cancel-1': 'IN_PROGRESS' }, 'ABORTED')
    await runSlice(id, depsWith(machine.ports))

    expect(machine.stopped).toEqual([`op-${id}`])
    expect(await operation(id)).toMatchObject({ state: 'cancelled', cancelled: 1 })
    expect(await items(id)).toMatchObject([{ outcome: 'cancelled', reason: 'run_stopped' }])
  })

  it('a topic is in one live operation; owners without permission are left out and named', async () => {
    const first = await begin({ kind: 'run-with-input' }, topics('busy'))
    const taken = await plan({ kind: 'rebuild', layer: 'curated' }, topics('busy', 'run-1'))
    const second = await confirm(taken.id)
    const mixed = await plan({ kind: 'run-with-input' }, topics('run-2', 'g-1'), { actOwners: ['commerce'] })

    expect(taken.preview.blockers).toMatchObject([{ code: 'in_other_operation', blocking: false, count: 1 }])
    expect(await items(second)).toMatchObject([
      { topic: 'busy', outcome: 'skipped', reason: 'in_other_operation', detail: first },
      { topic: 'run-1', state: 'pending' },
    ])
    expect(mixed).toMatchObject({
      count: 1,
      preview: { blockers: [{ code: 'owner_refused', count: 1, blocking: false }] },
    })
    await expect(plan({ kind: 'rerun' }, { by: 'run', execution: 'nobody' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})

describe('what asks others for an answer', () => {
  it('a refresh that Snowflake refuses is a failure with its words', async () => {
    const id = await begin({ kind: 'refresh-snowflake' }, topics('snow-1')).catch((error: unknown) => error)
    // No contract names a table: it is blocked before anything runs.
    expect(id).toMatchObject({ code: 'CONFLICT' })
    await seedContract('snow-1', { snowflake: ['DB', 'SCH', 'T'] }, 'active')
    const operationId = await begin({ kind: 'refresh-snowflake' }, topics('snow-1'))

    await runSlice(
      operationId,
      depsWith({
        refreshSnowflake: async () => [{ topic: 'snow-1', state: 'failed', error: 'no privilege' }],
      }),
    )

    expect(await items(operationId)).toMatchObject([{ outcome: 'failed', detail: 'no privilege' }])
  })

  it('an account that does not close is a failure', async () => {
    const id = await begin({ kind: 'account' }, topics('account-1'))
    const answers = [{ state: 'running' as const }, { state: 'done' as const, unexplained: 2 }]

    const first = await runSlice(id, depsWith({ account: async () => answers[0] ?? { state: 'running' } }))
    await runSlice(id, depsWith({ account: async () => answers[1] ?? { state: 'running' } }))

    expect(first.again).toBe('later')
    expect(await items(id)).toMatchObject([{ outcome: 'failed', detail: '2 messages are unexplained' }])
  })
})
