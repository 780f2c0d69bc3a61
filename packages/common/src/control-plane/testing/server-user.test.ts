import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startPostgres } from './embedded-postgres.ts'

test('a server runs below a folder that is closed to everybody else, also for root', async () => {
  const closed = await mkdtemp(path.join(tmpdir(), 'lean-ops-closed-'))
  onTestFinished(() => rm(closed, { recursive: true, force: true }))
  await chmod(closed, 0o700)

  const server = await startPostgres({ dataDir: path.join(closed, 'state/data'), settings: ['fsync=off'] })

  expect(server.port).toBeGreaterThan(0)
  await server.stop()
})
