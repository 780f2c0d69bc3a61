import { randomUUID } from 'node:crypto'
import { seedDeadLetters, seedOperation } from '@lean-ops/common/control-plane/testing/seed-dead-letters'
import type { TestApp } from './create-test-app.ts'

/** For every route that knows versions: the address of something that exists, at a version below 99. */
export async function staleSubjects(test: TestApp): Promise<Record<string, string>> {
  const { pool, owner } = test.database
  const view = randomUUID()
  await owner.query(
    `INSERT INTO saved_views (id, page, name, query, owner) VALUES ($1, 'audit', 'stale', '{}', 'user-1')`,
    [view],
  )
  await owner.query(
    `INSERT INTO topics (topic, owner, status, queue_name, table_name) VALUES ('stale', 'commerce', 'active', 'q', 't')`,
  )
  const [letter] = await seedDeadLetters(pool, [
    { topic: 'stale', body: '{}', originArn: 'arn:aws:sqs:us-east-1:0:q' },
  ])
  const operation = await seedOperation(pool, [letter?.id ?? ''])
  const sha256 = 'ab'.repeat(32)
  await owner.query(
    `INSERT INTO contract_versions (topic, sha256, version, model, yaml, state, source)
     VALUES ('stale', $1, '1.0.0', '{"status":"active","columns":[]}', 'name: stale', 'draft', 'console')`,
    [sha256],
  )
  return {
    'POST /api/contracts/{topic}/versions/{version}/activate': `/api/contracts/stale/versions/${sha256}/activate`,
    'PATCH /api/saved-views/{id}': `/api/saved-views/${view}`,
    'DELETE /api/saved-views/{id}': `/api/saved-views/${view}`,
    'PATCH /api/settings/{key}': '/api/settings/unmaskPerHourMax',
    'PUT /api/topics/{topic}/pause': '/api/topics/stale/pause',
    'PUT /api/hold': '/api/hold',
    'PATCH /api/operations/{id}': `/api/operations/${operation}`,
  }
}
