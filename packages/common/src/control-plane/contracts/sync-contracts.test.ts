import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeContract } from '../../odcs/testing/make-contract.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { type DeployedContract, syncContracts } from './sync-contracts.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

function file(
  topic: string,
  version: string,
  status: 'active' | 'draft' = 'active',
  words = '',
): DeployedContract {
  const model = makeContract({ topic, version, status })
  const yaml = `${topic} ${version} ${status} ${words}`
  return { topic, version, sha256: createHash('sha256').update(yaml).digest('hex'), yaml, model }
}
const name = () => `t-${randomUUID().slice(0, 8)}`
const sync = (...files: DeployedContract[]) => syncContracts(database.db, files, 'abc')
const states = async (topic: string) => {
  const { rows } = await database.pool.query(
    'SELECT version, state, source FROM contract_versions WHERE topic = $1 ORDER BY created_at, version',
    [topic],
  )
  return rows.map((row) => `${row.version} ${row.state} ${row.source}`)
}
/** As an activation in the console leaves it. */
const activateInConsole = async (next: DeployedContract) => {
  await database.pool.query(
    `UPDATE contract_versions SET state = 'superseded' WHERE topic = $1 AND state IN ('active', 'ahead_of_git')`,
    [next.topic],
  )
  await database.pool.query(
    `INSERT INTO contract_versions (topic, sha256, version, model, yaml, state, source, activated_at)
     VALUES ($1, $2, $3, $4, $5, 'ahead_of_git', 'console', now())`,
    [next.topic, next.sha256, next.version, JSON.stringify(next.model), next.yaml],
  )
}

describe('syncContracts', () => {
  it('the first deploy makes files active or draft; the same deploy again changes nothing', async () => {
    const [open, closed] = [name(), name()]
    const files = [file(open, '1.0.0'), file(closed, '0.1.0', 'draft')]

    const first = await sync(...files)
    const again = await sync(...files)

    expect(first).toEqual({ activated: [open], drafts: [closed], caughtUp: [] })
    expect(again).toEqual({ activated: [], drafts: [], caughtUp: [] })
    expect([await states(open), await states(closed)]).toEqual([['1.0.0 active git'], ['0.1.0 draft git']])
  })

  it('a newer file takes the place of the old one, and a draft that opens its gate is activated', async () => {
    const [a, b] = [name(), name()]
    await sync(file(a, '1.0.0'), file(b, '0.1.0', 'draft'))

    await sync(file(a, '1.1.0'), file(b, '1.0.0'))

    expect(await states(a)).toEqual(['1.0.0 superseded git', '1.1.0 active git'])
    expect(await states(b)).toEqual(['0.1.0 superseded git', '1.0.0 active git'])
  })

  it('git catches up with what the console activated', async () => {
    const topic = name()
    await sync(file(topic, '1.0.0'))
    const led = file(topic, '1.1.0')
    await activateInConsole(led)

    const { caughtUp } = await sync(led)

    expect(caughtUp).toEqual([topic])
    expect(await states(topic)).toEqual(['1.0.0 superseded git', '1.1.0 active git'])
  })

  it.each([
    ['an older number', '1.0.0', ''],
    ['the same number with other text', '1.1.0', 'edited elsewhere'],
  ])(
    '%s than what leads git is refused with the command that helps, and nothing changes',
    async (_, version, words) => {
      const [topic, other] = [name(), name()]
      await sync(file(topic, '1.0.0'))
      await activateInConsole(file(topic, '1.1.0'))

      const refused = sync(file(topic, version, 'active', words), file(other, '1.0.0'))

      await expect(refused).rejects.toThrow(`npm run contracts -- pull ${topic}`)
      await expect(refused).rejects.toMatchObject({ code: 'CONFLICT', context: { topics: [topic] } })
      expect(await states(topic)).toEqual(['1.0.0 superseded git', '1.1.0 ahead_of_git console'])
      expect(await states(other)).toEqual([])
    },
  )

  it('a deploy that goes back to an older commit is refused, too', async () => {
    const topic = name()
    await sync(file(topic, '1.0.0'))
    await sync(file(topic, '1.1.0'))

    await expect(sync(file(topic, '1.0.0'))).rejects.toThrow('is active')
  })

  it('git goes past what the console had activated', async () => {
    const topic = name()
    await sync(file(topic, '1.0.0'))
    await activateInConsole(file(topic, '1.1.0'))

    await sync(file(topic, '1.2.0'))

    expect((await states(topic)).at(-1)).toBe('1.2.0 active git')
  })
})
