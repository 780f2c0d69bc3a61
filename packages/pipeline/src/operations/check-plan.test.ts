import { randomUUID } from 'node:crypto'
import { seedDeadLetters } from '@lean-ops/common/control-plane/testing/seed-dead-letters'
import { plainContract, seedTopics } from '@lean-ops/common/control-plane/testing/seed-runs'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { memoryBucket } from '../dead-letters/testing/memory-bucket.ts'
import { checkPlan } from './check-plan.ts'
import { loadBodyFrom } from './load-body.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

const registry = (topic: string) =>
  createTopicRegistry({
    version: 1,
    stage: 'test',
    topics: [
      {
        topic,
        queueName: 'q',
        tableName: 'things',
        stream: 0,
        owner: 'team',
        status: 'active',
        keyPath: null,
      },
    ],
  })

/** Dead letters of one topic with these bodies, a plan over them, and what its check says. */
async function check(topic: string, bodies: readonly string[], parameters: object = { kind: 'replay' }) {
  const letters = await seedDeadLetters(
    database.pool,
    bodies.map((body) => ({ topic, body, originArn: 'arn', stage: 'semantic' })),
  )
  const planId = randomUUID()
  await database.pool.query(
    `INSERT INTO plans (id, kind, parameters, selection, as_of, count, preview, actor, expires_at, authority)
     VALUES ($1, 'replay', $2, $3, 9000000000, $4, '{}', '{"kind":"user","id":"ana","name":"Ana"}', now() + interval '1 hour',
       '{"readOwners":"*","actOwners":"*"}')`,
    [planId, parameters, { by: 'ids', ids: letters.map((l) => l.id) }, letters.length],
  )
  await checkPlan(planId, {
    db: database.db,
    registry: registry(topic),
    loadBody: loadBodyFrom(memoryBucket()),
    remainingMs: () => 60_000,
  })
  const { rows } = await database.pool.query('SELECT check_result FROM plans WHERE id = $1', [planId])
  return rows[0]?.check_result
}

const critical = (topic: string) => {
  const contract = plainContract(topic)
  return { ...contract, columns: contract.columns.map((c) => ({ ...c, isCritical: true })) }
}

it("what today's contract refuses would fail again, with its field; what it lets through now would pass", async () => {
  await seedTopics(database.pool, [critical('strict')])
  const strict = await check('strict', ['{"other":1}'])
  await seedTopics(database.pool, [
    { ...critical('strict'), version: '2.0.0', columns: plainContract('strict').columns },
  ])
  const relaxed = await check('strict', ['{"other":1}'])

  expect(strict).toMatchObject({ checked: 1, wouldPass: 0, stillFail: [{ code: 'CDE_MISSING', count: 1 }] })
  expect(strict.stillFail[0].detail).toContain('id: ')
  expect(relaxed).toMatchObject({ checked: 1, wouldPass: 1, stillFail: [] })
})

it('an edit is judged as edited', async () => {
  await seedTopics(database.pool, [critical('edited')])
  const patch = [{ op: 'add', path: '/id', value: 'k1' }]
  const result = await check('edited', ['{"other":1}'], { kind: 'transform-and-replay', patch })

  expect(result).toMatchObject({ checked: 1, wouldPass: 1 })
})

it('without an active contract a refusal is not called healed', async () => {
  await seedTopics(database.pool, [critical('closed')], 'draft')
  const result = await check('closed', ['{"id":"k1"}'])

  expect(result).toMatchObject({ wouldPass: 0, stillFail: [{ count: 1 }] })
})
