import { type ControlPlane, connectDatabase } from '@lean-ops/common/control-plane/connect'
import { migrateDatabase } from '@lean-ops/common/control-plane/migrate'
import { type SeedVolume, seedControlPlane } from '@lean-ops/common/control-plane/seed/seed-control-plane'
import type { RunningPostgres } from '@lean-ops/common/control-plane/testing/embedded-postgres'

/** A migrated database of that name, seeded once if a volume is given; opened as its owner with four connections. */
export async function openControlPlane(
  postgres: RunningPostgres,
  name: string,
  volume: SeedVolume | undefined,
  say: (line: string) => void,
): Promise<ControlPlane> {
  await createDatabase(postgres, name)
  const controlPlane = await connectDatabase({ DATABASE_URL: postgres.url(name) }, { max: 4 })
  await migrateDatabase(controlPlane.pool)
  const { rowCount } = await controlPlane.pool.query('SELECT 1 FROM dead_letters LIMIT 1')
  if (volume !== undefined && rowCount === 0) await seedControlPlane(controlPlane.pool, volume, say)
  return controlPlane
}

async function createDatabase(postgres: RunningPostgres, name: string): Promise<void> {
  const admin = await connectDatabase({ DATABASE_URL: postgres.url() })
  try {
    const { rowCount } = await admin.pool.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 0) await admin.pool.query(`CREATE DATABASE ${name}`)
  } finally {
    await admin.close()
  }
}
