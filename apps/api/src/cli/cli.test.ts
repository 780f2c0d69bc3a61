import { execFile } from 'node:child_process'
import { once } from 'node:events'
import type { Server } from 'node:http'
import path from 'node:path'
import { serve } from '@hono/node-server'
import { recordDeadLetters } from '@lean-ops/common/control-plane/dead-letters/record-dead-letters'
import { createRun } from '@lean-ops/common/control-plane/runs/create-run'
import { failureReport } from '@lean-ops/common/control-plane/testing/failure-arbitrary'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { asActor, createTestApp, type TestApp } from '../testing/create-test-app.ts'

const admin = asActor({ id: 'ada', name: 'Ada', grants: [{ role: 'admin', owners: '*' }] })
const cli = path.join(import.meta.dirname, 'ops.ts')

let test: TestApp
let server: Server
let url = ''
beforeAll(async () => {
  test = await createTestApp()
  await test.database.pool.query(
    `INSERT INTO topics (topic, owner, status, queue_name, table_name) VALUES ('orders', 'commerce', 'active', 'q', 'orders')`,
  )
  await createRun(test.database.db, {
    execution: 'slot-1',
    input: { topics: ['orders'], trigger: 'schedule' },
  })
  await test.database.pool.query(
    `UPDATE runs SET state = 'FAILED', error = '{"code":"JOB_FAILED","message":"out of memory"}'`,
  )
  await recordDeadLetters(
    test.database.db,
    ['small', 'large'].map((messageId) =>
      failureReport({ messageId, body: Buffer.alloc(messageId === 'large' ? 5_000 : 50, 'x') }),
    ),
  )
  // Who asks is told by a header that only the test app reads.
  const fetch = (request: Request) => {
    const headers = new Headers(request.headers)
    for (const [name, value] of Object.entries(admin)) headers.set(name, value)
    return test.app.fetch(new Request(request, { headers }))
  }
  server = serve({ fetch, port: 0, hostname: '127.0.0.1' }) as Server
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})
afterAll(async () => {
  server.close()
  await test.database.close()
})

type Ran = { code: number; out: string; err: string }
const ops = (...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { ...process.env, LEAN_OPS_TOKEN: 'any', LEAN_OPS_URL: url }
    const child = execFile(process.execPath, [cli, ...args], { env }, (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    )
  })

it('audit verify recomputes every hash: 0 while the chain is whole, 1 when a row was changed', async () => {
  await test.app.request('/api/hold', { headers: { ...asActor({ id: 'x', grants: [] }) } })
  const whole = await ops('audit', 'verify', '--json')
  await test.database.owner.query('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only')
  await test.database.owner.query(`UPDATE audit_log SET action = 'nothing.happened' WHERE seq = 1`)
  const broken = await ops('audit', 'verify')

  expect([whole.code, JSON.parse(whole.out).isWhole]).toEqual([0, true])
  expect(JSON.parse(whole.out).rows).toBeGreaterThan(0)
  expect(broken.code).toBe(1)
  expect(broken.out).toContain('row 1 is broken')
})

it('runs: a list for people and one for scripts', async () => {
  const people = await ops('runs', 'list')
  const scripts = await ops('runs', 'list', '--state', 'FAILED', '--json')
  const one = await ops('runs', 'show', 'slot-1')

  expect(people.out).toMatch(/slot-1\s+FAILED/)
  expect(JSON.parse(scripts.out).runs).toMatchObject([{ id: 'slot-1', error: { code: 'JOB_FAILED' } }])
  expect(one.out).toContain('JOB_FAILED: out of memory')
})

it('topics: one part is paused for a while and resumed; who reads along sees why', async () => {
  const paused = await ops(
    'topics',
    'pause',
    'orders',
    '--part',
    'ingest',
    '--for',
    '2h',
    '--reason',
    'schema',
    '--json',
  )
  const list = await ops('topics', 'list', '--paused')
  const resumed = await ops('topics', 'resume', 'orders', '--reason', 'mended')

  expect([paused.code, resumed.code]).toEqual([0, 0])
  expect(JSON.parse(paused.out).topics).toMatchObject([{ topic: 'orders', ingest: true, processing: false }])
  expect(list.out).toMatch(/orders\s+commerce\s.*ingest\s+Ada\s.*schema/)
  expect(resumed.err).toContain('orders: nothing is paused.')
})

it('redrive: a dry run shows what would happen; what is blocked ends with 5; detached it says the operation', async () => {
  const dry = await ops('runs', 'redrive', 'slot-1', '--dry-run')
  const started = await ops('runs', 'redrive', 'slot-1', '--reason', 'quota raised', '--yes', '--detach')
  const blocked = await ops('runs', 'stop', 'slot-1', '--reason', 'x', '--yes')

  expect([dry.code, started.code, blocked.code]).toEqual([0, 0, 5])
  expect(dry.out).toContain('Redrive orders of slot-1')
  expect(started.out.trim()).toMatch(/^[0-9a-f-]{36}$/)
  expect(blocked.err).toContain('there is nothing to stop')
})

it('dead letters: filters narrow the list, groups are counted; a bulk action asks why, says its id, and can be cancelled', async () => {
  const [large, groups, why, held, help] = await Promise.all([
    ops('dead-letters', 'list', '--topic', 'orders', '--size-min', '1000', '--json'),
    ops('dead-letters', 'groups', '--code', 'MALFORMED_JSON'),
    ops('discard', '--topic', 'orders', '--yes'),
    ops('hold', 'on', '--reason', 'look first', '--json'),
    ops('--help'),
  ])
  const id: string = JSON.parse(large.out).items[0]?.id
  const started = await ops('discard', id, '--reason', 'a test message', '--yes', '--detach', '--json')
  const cancelled = await ops('operations', 'cancel', JSON.parse(started.out).id, '--json')
  const lifted = await ops('hold', 'off', '--reason', 'looked')

  expect(JSON.parse(large.out).items.map((i: { messageId: string }) => i.messageId)).toEqual(['large'])
  expect(groups.out).toMatch(/v\d+:[0-9a-f]{16}\s+2\s+MALFORMED_JSON/)
  expect([why.code, why.err.includes('--reason is needed')]).toEqual([2, true])
  expect([held.code, JSON.parse(held.out).isHeld]).toEqual([0, true])
  expect([help.code, help.out.includes('Examples:')]).toEqual([0, true])
  expect([started.code, cancelled.code, JSON.parse(cancelled.out).state]).toEqual([0, 0, 'cancelling'])
  expect([lifted.code, lifted.out.trim()]).toEqual([0, 'Operations are not held.'])
}, 120_000)

it('a trace that finds nothing says where it looked and ends with 1', async () => {
  const { code, out } = await ops('trace', 'no-such-message', '--topic', 'orders')

  expect(code).toBe(1)
  expect(out).toContain('Looked in')
  expect(out).toContain('RAW orders')
})

it.each([
  [['rebuild', 'orders'], '--layer'],
  [['rebuild', '--layer', 'curated'], 'at least one topic'],
  [['runs', 'dance'], 'runs needs'],
  [['topics', 'pause', 'orders', '--for', 'ever', '--reason', 'x'], '--for is'],
  [['contracts', 'activate', 'orders'], 'a version'],
])('%j is wrong usage', async (args, part) => {
  const { code, err } = await ops(...args)

  expect([code, err.includes(part)]).toEqual([2, true])
})
