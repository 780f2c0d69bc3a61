import { recordAudit } from '@lean-ops/common/control-plane/audit/record-audit'
import { recordDeadLetters } from '@lean-ops/common/control-plane/dead-letters/record-dead-letters'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { failureReport } from '@lean-ops/common/control-plane/testing/failure-arbitrary'
import { seedOperation } from '@lean-ops/common/control-plane/testing/seed-dead-letters'
import { deadLetterId } from '@lean-ops/common/messages/dead-letter-id'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asActor, change, createTestApp, type TestApp } from './testing/create-test-app.ts'
import { type TableRoute, tableOf, unknownIds, validBodies } from './testing/route-table.ts'

const canary = 'canary7f3a@example.test'
const encoded = Buffer.from(JSON.stringify({ user: canary })).toString('base64')
/** Every way a producer's data comes in: with contract, without, nested, encoded, broken, in attributes, keys and errors. */
const bodies: Record<string, string> = {
  contract: `{"orderId":"1","email":"${canary}","surprise":{"deep":["${canary}"]}}`,
  envelope: `{"messageId":"m","payload":{"orderId":"1","email":"${canary}"}}`,
  pubsub: `{"subscription":"s","message":{"messageId":"1","data":"${encoded}"}}`,
  keyed: `{"${canary}":{"${canary}":1}}`,
  broken: `{"email": "${canary}"`,
  text: canary,
  list: `["${canary}"]`,
  inAString: JSON.stringify({ orderId: 1, blob: JSON.stringify({ email: canary }) }),
}
const viewer = asActor({ id: 'vera', grants: [{ role: 'viewer', owners: '*' }] })
const operator = asActor({ id: 'omar', grants: [{ role: 'operator', owners: '*' }] })
const stranger = asActor({ id: 'sam', grants: [{ role: 'admin', owners: ['somebody-else'] }] })

describe('a canary in every message', () => {
  let test: TestApp
  let ids: string[]
  let planId: string
  let operationId: string
  beforeAll(async () => {
    test = await createTestApp()
    test.clock.now = new Date('2026-11-23T01:00:00Z')
    const topic = (name: string, clearPaths: string[][] | null) => ({
      topic: name,
      owner: 'owner-of-the-canary',
      status: 'active' as const,
      queueName: `q-${name}`,
      tableName: name,
      clearPaths,
    })
    await test.database.db.insert(topics).values([topic('contract', [['orderId']]), topic('bare', null)])
    const reports = Object.entries(bodies).flatMap(([name, body]) =>
      ['contract', 'bare'].map((of) =>
        failureReport({
          topic: of,
          messageId: name,
          message: `Unexpected token in JSON: "${canary}" is not valid for ${canary}`,
          body: Buffer.from(body),
          idempotencyKey: canary,
          attributes: {
            who: { type: 'String', value: canary },
            event_type: { type: 'String', value: 'paid' },
          },
        }),
      ),
    )
    await recordDeadLetters(test.database.db, reports)
    ids = reports.map((r) => deadLetterId(r.topic, r.messageId))
    operationId = await seedOperation(test.database.owner, ids.slice(0, 3))
    const plan = await test.app.request('/api/plans', {
      method: 'POST',
      headers: { ...change, ...operator },
      body: JSON.stringify({
        parameters: { kind: 'replay' },
        selection: { by: 'ids', ids: ids.slice(0, 2) },
      }),
    })
    const { id }: { id: string } = JSON.parse(await plan.text())
    planId = id
    // As the worker leaves a preview of an edit: bodies before and after, in the clear.
    await test.database.owner.query(
      `UPDATE plans SET check_state = 'done', check_result = $1 WHERE id = $2`,
      [
        JSON.stringify({
          checked: 1,
          wouldPass: 1,
          stillFail: [],
          isSample: false,
          samples: [{ id: ids[0], before: bodies.contract, after: bodies.envelope }],
        }),
        planId,
      ],
    )
    await recordAudit(test.database.db, { actor: { kind: 'user', id: 'ana' }, action: 'replay.create' })
  })
  afterAll(() => test.database.close())

  /** Every address of a route that has something to show. */
  const addressesOf = (route: TableRoute): string[] => {
    const real: readonly string[] = route.path.startsWith('/api/dead-letters/')
      ? ids
      : route.path.startsWith('/api/plans/')
        ? [planId]
        : route.path.startsWith('/api/operations/')
          ? [operationId]
          : []
    if (!route.path.includes('{')) return [route.path]
    if (route.path.includes('{topic}'))
      return ['contract', 'bare'].map((t) => route.path.replace('{topic}', t).replace('{version}', '1.0.0'))
    return real.length > 0 ? real.map((id) => route.path.replace('{id}', id)) : [unknownIds(route)]
  }
  const crawl = async (who: Record<string, string>, routes = tableOf(test.app)) => {
    const leaks: string[] = []
    const answered = new Set<string>()
    for (const route of routes)
      for (const address of addressesOf(route)) {
        const body = route.name in validBodies ? JSON.stringify(validBodies[route.name]) : undefined
        const answer = await test.app.request(address, {
          method: route.method,
          headers: { ...who, ...(route.method === 'GET' ? {} : { ...change, 'If-Match': '"v1"' }) },
          ...(body === undefined ? {} : { body }),
        })
        const text = `${await answer.text()}\n${JSON.stringify([...answer.headers])}`
        if (answer.ok) answered.add(route.name)
        if (text.includes('canary7f3a') || text.includes(encoded))
          leaks.push(`${route.method} ${address}: ${text.slice(0, 300)}`)
      }
    return { leaks, answered }
  }

  it('a viewer finds it nowhere', async () => {
    const { leaks, answered } = await crawl(viewer)

    expect(leaks).toEqual([])
    expect(answered).toContain('GET /api/dead-letters/{id}/body')
    expect(answered).toContain('GET /api/dead-letters/groups')
    expect(answered).toContain('GET /api/operations/{id}/items')
  })

  it('an operator, who may read payloads, finds it in no body, preview, diff, attribute or error text', async () => {
    const { leaks, answered } = await crawl(operator)

    // The business key is what `payload:read` adds beside the fields a contract leaves clear.
    expect(leaks.filter((leak) => !/^GET \/api\/dead-letters\/[0-9a-f]{32}: /.test(leak))).toEqual([])
    expect(answered).toContain('GET /api/plans/{id}')
  })

  it('the crawl would see it: an administrator who unmasked a message finds it there, and nowhere else', async () => {
    const admin = asActor({ id: 'ada', grants: [{ role: 'admin', owners: '*' }] })
    const [shown = ''] = ids
    await test.app.request(`/api/dead-letters/${shown}/unmask`, {
      method: 'POST',
      headers: { ...change, ...admin },
      body: JSON.stringify({ reason: 'to see that the crawl works' }),
    })

    const reads = tableOf(test.app).filter((route) => route.method === 'GET')
    const { leaks } = await crawl(admin, reads)

    const keyOnly = (leak: string) =>
      /^GET \/api\/dead-letters\/[0-9a-f]{32}: /.test(leak) && !leak.includes(shown)
    expect(leaks.filter((leak) => !keyOnly(leak)).map((leak) => leak.split(':')[0])).toEqual([
      `GET /api/dead-letters/${shown}`,
      `GET /api/dead-letters/${shown}/body`,
      `GET /api/dead-letters/${shown}/body/raw`,
    ])
  })

  it('someone of another owner is not even told that its topics exist', async () => {
    const found: string[] = []
    for (const route of tableOf(test.app).filter((r) => r.method === 'GET'))
      for (const address of addressesOf(route)) {
        const text = await (await test.app.request(address, { headers: stranger })).text()
        // What was asked for may be repeated; what was not must not appear.
        if (
          text
            .replaceAll(/no topic "\w+"/gi, '')
            .match(/owner-of-the-canary|canary7f3a|"topic":"(contract|bare)"/)
        )
          found.push(`${address}: ${text.slice(0, 200)}`)
      }

    expect(found).toEqual([])
  })
})
