import { createPlan } from '@lean-ops/common/control-plane/operations/create-plan'
import { seedDeadLetters } from '@lean-ops/common/control-plane/testing/seed-dead-letters'
import { describe, expect, it } from 'vitest'
import { runSlice } from '../run-slice.ts'
import type { JobPorts } from './job-ports.ts'
import { ana, scopes, useJobRoom } from './testing/job-room.ts'

const room = useJobRoom()
const { depsWith, confirm, pipeline, operation } = room

describe('re-evaluating rejects', () => {
  it('judges keys by a run, resolves what passes and reopens what does not, per topic', async () => {
    const seed = (topic: string) =>
      seedDeadLetters(
        room.database.pool,
        [1, 2, 3].map(() => ({ topic, body: '{}', originArn: 'arn', stage: 'semantic' })),
      )
    const [healed, failed] = [await seed('re-1'), await seed('re-2')]
    const letters = [...healed, ...failed]
    const plan = await createPlan(room.database.db, {
      parameters: { kind: 're-evaluate-rejects' },
      selection: { by: 'ids', ids: letters.map((l) => l.id) },
      actor: ana,
      ...scopes,
      now: new Date(),
    })
    const id = await confirm(plan.id)
    const machine = pipeline()
    const keys: Record<string, readonly string[]> = {}
    const ports: Partial<JobPorts> = {
      ...machine.ports,
      putKeys: async ({ topic }, list) => {
        keys[topic] = list
        return `s3://lake/${topic}`
      },
      // Of the third nothing is said: it fails as before.
      listSettled: async function* () {
        for (const letter of healed.slice(0, 2)) yield letter.messageId
      },
    }

    await runSlice(id, depsWith(ports))
    await room.database.pool.query(
      `INSERT INTO run_passes (pass_id, topic, layer, seq, mode, state, contract_version, contract_sha256, execution, round, fencing_token,
         plan_key, result) VALUES ('re-1-semantic-1', 're-1', 'semantic', 1, 'keys', 'SUCCEEDED', '1.0.0', 'x', $1, 1, 1, 'p', $2)`,
      [`op-${id}`, JSON.stringify({ manifest: 's3://errors/rejects/re-1-semantic-1/manifest.json' })],
    )
    await machine.end(`op-${id}`, { 're-1': 'COMPLETE', 're-2': 'FAILED' }, 'FAILED')
    await runSlice(id, depsWith(ports))

    expect(keys['re-1']).toEqual(healed.map((l) => `m:${l.messageId}`).sort())
    expect(machine.started[0]?.input).toMatchObject({
      request: { mode: 'keys', keysObjects: { 're-1': 's3://lake/re-1', 're-2': 's3://lake/re-2' } },
    })
    expect(await operation(id)).toMatchObject({
      state: 'completed_with_failures',
      resolved: 2,
      returned: 1,
      failed: 3,
    })
    const { rows } = await room.database.pool.query(
      `SELECT topic, status, count(*)::int AS n FROM dead_letters WHERE topic IN ('re-1', 're-2') GROUP BY 1, 2 ORDER BY 1, 2`,
    )
    expect(rows).toEqual([
      { topic: 're-1', status: 'open', n: 1 },
      { topic: 're-1', status: 'resolved', n: 2 },
      { topic: 're-2', status: 'open', n: 3 },
    ])
  })
})
