import type pg from 'pg'
import { AppError } from '../../errors/app-error.ts'
import { seedLetters } from './seed-letters.ts'
import { seedOperations } from './seed-operations.ts'
import { seedRuns } from './seed-runs.ts'
import { noteDeadLetters, seedTopics } from './seed-topics.ts'
import { withoutIndexes } from './without-indexes.ts'

export type SeedVolume = { topics: number; deadLetters: number; runs?: number; seed: number }

const filled = ['dead_letters', 'dead_letter_bodies', 'dead_letter_events']

/**
 * Fills an empty, migrated control plane with a made-up fleet, as one transaction of the tables' owner. `onStep` hears what
 * is being done. Throws CONFLICT when dead letters are there already.
 */
export async function seedControlPlane(
  owner: pg.Pool,
  volume: SeedVolume,
  onStep: (step: string) => void,
): Promise<void> {
  const client = await owner.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM dead_letters LIMIT 1')
    if (rowCount !== 0)
      throw new AppError('CONFLICT', 'There are dead letters already: seed an empty database.')
    await client.query('BEGIN')
    await client.query("SET LOCAL maintenance_work_mem = '256MB'")
    await client.query('SET LOCAL synchronous_commit = off')
    onStep(`${volume.topics} topics`)
    await seedTopics(client, volume.topics, volume.seed)
    await withoutIndexes(client, filled, async () => {
      await seedLetters(client, volume.deadLetters, volume.seed, (n) => onStep(`${n} dead letters`))
      onStep('indexes')
    })
    await noteDeadLetters(client)
    await seedOperations(client, volume.seed)
    onStep(`${volume.runs ?? 0} runs`)
    await seedRuns(client, volume.runs ?? 0, volume.seed)
    await client.query('COMMIT')
    onStep('statistics')
    await client.query('VACUUM (ANALYZE)')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}
