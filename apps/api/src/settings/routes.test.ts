import { AuditPage } from '@lean-ops/common/contract/audit'
import { Pulse } from '@lean-ops/common/contract/pulse'
import { SettingList } from '@lean-ops/common/contract/settings'
import { System } from '@lean-ops/common/contract/system'
import { recordAudit } from '@lean-ops/common/control-plane/audit/record-audit'
import { setHold } from '@lean-ops/common/control-plane/operations/set-hold'
import { topicStatus } from '@lean-ops/common/control-plane/schema/topic-status'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asActor, change, createTestApp, type TestApp } from '../testing/create-test-app.ts'

const viewer = asActor({ id: 'vera', grants: [{ role: 'viewer', owners: '*' }] })
const scoped = asActor({ id: 'sam', grants: [{ role: 'viewer', owners: ['commerce'] }] })
const admin = asActor({ id: 'ada', name: 'Ada', grants: [{ role: 'admin', owners: '*' }] })

describe('settings, pulse, audit and system', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp()
  })
  afterAll(() => test.database.close())

  const get = async (path: string, who = viewer) =>
    (await test.app.request(`/api${path}`, { headers: who })).json()
  const patch = (key: string, value: unknown, etag: string, who = admin) =>
    test.app.request(`/api/settings/${key}`, {
      method: 'PATCH',
      headers: { ...change, ...who, 'If-Match': etag },
      body: JSON.stringify({ value }),
    })

  it('a setting has a default until an administrator changes it, within limits, on the version they saw', async () => {
    const before = SettingList.parse(await get('/settings'))
    const changed = await patch('unmaskPerHourMax', 7, '"v0"')
    const stale = await patch('unmaskPerHourMax', 9, '"v0"')
    const outside = await patch('unmaskPerHourMax', 0, '"v1"')
    const wrongRole = await patch('unmaskPerHourMax', 9, '"v1"', viewer)
    const after = SettingList.parse(await get('/settings'))

    expect(before.settings.map((s) => [s.key, s.value, s.version])).toEqual([
      ['banner', null, 0],
      ['unmaskPerHourMax', 50, 0],
      ['keepSettledDays', 90, 0],
    ])
    expect([changed.status, stale.status, outside.status, wrongRole.status]).toEqual([200, 412, 422, 403])
    expect(after.settings[1]).toMatchObject({ value: 7, version: 1, updatedBy: 'Ada' })
  })

  it('two first changes at once: one wins, the other is told', async () => {
    const answers = await Promise.all([patch('banner', 'one', '"v0"'), patch('banner', 'two', '"v0"')])

    expect(answers.map((a) => a.status).sort()).toEqual([200, 412])
  })

  it('the pulse carries versions, counts within the reader’s owners, my operations, hold and banner', async () => {
    await test.database.owner.query(`
      INSERT INTO dead_letter_counts (topic, owner, stage, code, fingerprint, status, letters, bytes) VALUES
        ('orders', 'commerce', 'ingest', 'X', 'f', 'open', 5, 1), ('events', 'growth', 'ingest', 'X', 'f', 'open', 7, 1),
        ('orders', 'commerce', 'ingest', 'X', 'f', 'resolved', 100, 1);
      INSERT INTO operations (id, plan_id, kind, title, topics, state, stage, parameters, selection, as_of, reason, actor, total, pending)
        SELECT gen_random_uuid(), gen_random_uuid(), 'replay', state || ' of ' || who, '{}', state, 'full', '{}', '{}', 1, 'r',
          jsonb_build_object('id', who), 10, 4
        FROM unnest(ARRAY['running', 'completed']) AS state, unnest(ARRAY['vera', 'ben']) AS who;`)
    const before = Pulse.parse(await get('/pulse'))
    await setHold(test.database.db, {
      isHeld: true,
      reason: 'drill',
      until: null,
      ifVersion: 1,
      actor: { kind: 'user', id: 'ada', name: 'Ada' },
    })

    const pulse = Pulse.parse(await get('/pulse'))
    const narrow = Pulse.parse(await get('/pulse', scoped))

    expect(pulse.counts).toEqual({ deadLettersOpen: 12, operationsLive: 2 })
    expect(narrow.counts.deadLettersOpen).toBe(5)
    expect(pulse.operations).toMatchObject([{ title: 'running of vera', total: 10, done: 6 }])
    expect(narrow.operations).toEqual([])
    expect([before.hold, pulse.hold]).toEqual([null, { reason: 'drill', by: 'Ada', until: null }])
    expect(pulse.versions.operations).toBeGreaterThan(before.versions.operations ?? 0)
    expect(['one', 'two']).toContain(pulse.banner)
  })

  it('audit pages backwards, filters by noun, and shows scoped people their own deeds', async () => {
    await test.database.db.transaction(async (tx) => {
      for (const [id, action] of [
        ['sam', 'replay.create'],
        ['ada', 'replay.create'],
        ['ada', 'replay_x.create'],
        ['ada', 'replay.pause'],
      ] as const)
        await recordAudit(tx, { actor: { kind: 'user', id }, action, target: { kind: 'operation', id: '1' } })
    })

    const all = AuditPage.parse(await get('/audit?action=replay'))
    const first = AuditPage.parse(await get('/audit?action=replay&limit=2'))
    const rest = AuditPage.parse(await get(`/audit?action=replay&limit=2&before=${first.next}`))
    const own = AuditPage.parse(await get('/audit', scoped))

    expect(all.rows.map((r) => r.action)).toEqual(['replay.pause', 'replay.create', 'replay.create'])
    expect([...first.rows, ...rest.rows]).toEqual(all.rows)
    expect([first.next === null, rest.next]).toEqual([false, null])
    expect(own.rows.map((r) => r.actor.id)).toEqual(['sam'])
  })

  it('system counts topics with errors', async () => {
    await test.database.db.insert(topics).values([
      { topic: 'a', owner: 'o', status: 'active', queueName: 'q', tableName: 'a' },
      { topic: 'b', owner: 'o', status: 'active', queueName: 'q', tableName: 'b' },
    ])
    await test.database.db.insert(topicStatus).values([
      { topic: 'a', queueCollectedAt: new Date('2026-11-23T11:59:00Z') },
      { topic: 'b', rawError: { code: 'X', message: 'x', at: 'now' } },
    ])

    const system = System.parse(await get('/system'))

    expect(system.sampler).toEqual({
      lastSampleAt: '2026-11-23T11:59:00.000Z',
      topics: 2,
      topicsWithErrors: 1,
    })
    expect(system.worker).toEqual({ queued: 0, oldestQueuedSeconds: null, running: 0, stalled: 0 })
    expect(system.indexer).toEqual({ lastRecordedAt: null, lagSeconds: null })
    expect(system.database.serverVersion).toMatch(/^17\./)
    const { rows } = await test.database.owner.query('SELECT max(name) AS name FROM schema_migrations')
    expect(system.database.newestMigration).toBe(rows[0]?.name)
  })
})
