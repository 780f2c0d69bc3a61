import { apiVersion } from '@lean-ops/common/contract/api-conventions'
import { ErrorBody } from '@lean-ops/common/contract/error-body'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'

describe('healthz', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp()
  })
  afterAll(() => test.database.close())

  it('answers without credentials when the database does', async () => {
    const answer = await test.app.request('/api/healthz')

    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ status: 'ok', stage: 'test', apiVersion })
  })

  it('is unavailable when the database is, says so in the one error body and logs the cause', async () => {
    const away = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' })
    const { app, logged, database } = await createTestApp({ override: { db: drizzle(away) } })

    const answer = await app.request('/api/healthz')

    const { error } = ErrorBody.parse(await answer.json())
    expect([answer.status, error.code, error.requestId]).toEqual([
      503,
      'UNAVAILABLE',
      answer.headers.get('X-Request-Id'),
    ])
    expect(logged).toHaveLength(1)
    await Promise.all([away.end(), database.close()])
  })
})
