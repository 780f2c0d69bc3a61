import { bumpVersion } from '@lean-ops/common/control-plane/bump-version'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { type SQL, sql } from 'drizzle-orm'
import type { DeadLetterCount } from './read-dead-letter-counts.ts'
import type { MappingState } from './read-mapping-states.ts'
import type { QueueDepth } from './read-queue-depths.ts'
import type { RawHead } from './read-raw-heads.ts'
import type { Reading } from './reading.ts'

const historyHours = 24

export type Sample = {
  at: Date
  queues: Reading<QueueDepth>[]
  oldest: Reading<number | null>[]
  mappings: Reading<MappingState>[]
  rawHeads: Reading<RawHead>[]
  deadLetters: Reading<DeadLetterCount>[]
}

/**
 * Writes one sample in one transaction: newest values, the minute's history row, and the version that tells pages to
 * look. A failed reading writes its error and nothing else: values keep the age they have.
 */
export async function saveSample(db: Database, sample: Sample): Promise<void> {
  await db.transaction(async (tx) => {
    await upsert(tx, 'queue', sample.queues, ({ visible, inFlight, delayed }) => ({
      queue_visible: visible,
      queue_in_flight: inFlight,
      queue_delayed: delayed,
    }))
    await upsert(tx, 'queue_oldest', sample.oldest, (age) => ({ queue_oldest_age_seconds: age }))
    await upsert(tx, 'mapping', sample.mappings, ({ id, state, concurrencyMax }) => ({
      mapping_id: id,
      mapping_state: state,
      mapping_concurrency_max: concurrencyMax,
    }))
    const unmoved = sample.rawHeads.map(withoutHead)
    await upsert(tx, 'raw', unmoved, ({ metadataLocation }) => ({ raw_metadata_location: metadataLocation }))
    await upsert(tx, 'raw', sample.rawHeads.flatMap(moved), ({ head }) => ({
      raw_snapshot_id: head.snapshotId,
      raw_rows: head.rows,
      raw_committed_at: head.committedAt?.toISOString() ?? null,
    }))
    await upsert(tx, 'dead_letters', sample.deadLetters, ({ open, lastAt }) => ({
      dead_letters_open: open,
      dead_letters_last_at: lastAt?.toISOString() ?? null,
    }))
    await writeMinute(tx, sample.at)
    await bumpVersion(tx, 'topics')
  })
}

const columnTypes = {
  queue_visible: 'bigint',
  queue_in_flight: 'bigint',
  queue_delayed: 'bigint',
  queue_oldest_age_seconds: 'int',
  mapping_id: 'text',
  mapping_state: 'text',
  mapping_concurrency_max: 'int',
  raw_metadata_location: 'text',
  raw_snapshot_id: 'bigint',
  raw_rows: 'bigint',
  raw_committed_at: 'timestamptz',
  dead_letters_open: 'bigint',
  dead_letters_last_at: 'timestamptz',
} as const
type Column = keyof typeof columnTypes
type Source = 'queue' | 'queue_oldest' | 'mapping' | 'raw' | 'dead_letters'

/** Upserts one source's columns of `topic_status` for all its readings in one statement. */
async function upsert<T>(
  tx: Pick<Database, 'execute'>,
  source: Source,
  readings: readonly Reading<T>[],
  toColumns: (value: T) => Partial<Record<Column, string | number | null>>,
): Promise<void> {
  const good = readings.flatMap((r) =>
    r.ok ? [{ topic: r.topic, at: r.at.toISOString(), ...toColumns(r.value) }] : [],
  )
  const bad = readings.flatMap((r) =>
    r.ok ? [] : [{ topic: r.topic, error: { ...r.error, at: r.at.toISOString() } }],
  )
  const collectedAt = sql.identifier(`${source}_collected_at`)
  const error = sql.identifier(`${source}_error`)
  const first = readings.find((r) => r.ok)
  if (first?.ok) {
    // Names and types come from the constant table above, values only from parameters.
    const columns = Object.keys(toColumns(first.value)).filter((c): c is Column => c in columnTypes)
    const names = sql.join(
      columns.map((c) => sql.identifier(c)),
      sql`, `,
    )
    const types = sql.join(
      columns.map((c): SQL => sql`${sql.identifier(c)} ${sql.raw(columnTypes[c])}`),
      sql`, `,
    )
    const sets = sql.join(
      columns.map((c): SQL => sql`${sql.identifier(c)} = excluded.${sql.identifier(c)}`),
      sql`, `,
    )
    await tx.execute(sql`
      INSERT INTO topic_status AS s (topic, ${collectedAt}, ${names})
      SELECT topic, at, ${names}
      FROM jsonb_to_recordset(${JSON.stringify(good)}::jsonb) AS r(topic text, at timestamptz, ${types}) ORDER BY topic
      ON CONFLICT (topic) DO UPDATE SET ${collectedAt} = excluded.${collectedAt}, ${error} = NULL, ${sets}
      WHERE s.${collectedAt} IS NULL OR s.${collectedAt} <= excluded.${collectedAt}`)
  }
  if (bad.length > 0)
    await tx.execute(sql`
      INSERT INTO topic_status (topic, ${error})
      SELECT topic, error FROM jsonb_to_recordset(${JSON.stringify(bad)}::jsonb) AS r(topic text, error jsonb) ORDER BY topic
      ON CONFLICT (topic) DO UPDATE SET ${error} = excluded.${error}`)
}

const withoutHead = (reading: Reading<RawHead>): Reading<{ metadataLocation: string }> => reading

function moved(reading: Reading<RawHead>): Reading<{ head: NonNullable<RawHead['head']> }>[] {
  if (!reading.ok || reading.value.head === null) return []
  return [{ ...reading, value: { head: reading.value.head } }]
}

/** History holds only what was read in its minute: a value that could not be read is a gap, not a repetition. */
async function writeMinute(tx: Pick<Database, 'execute'>, at: Date): Promise<void> {
  await tx.execute(sql`
    INSERT INTO topic_samples AS h
      (topic, minute, queue_visible, queue_in_flight, queue_oldest_age_seconds, raw_rows, open_dead_letters)
    SELECT topic, m.minute,
      CASE WHEN queue_collected_at >= m.minute THEN queue_visible END,
      CASE WHEN queue_collected_at >= m.minute THEN queue_in_flight END,
      CASE WHEN queue_oldest_collected_at >= m.minute THEN queue_oldest_age_seconds END,
      CASE WHEN raw_collected_at >= m.minute THEN raw_rows END,
      CASE WHEN dead_letters_collected_at >= m.minute THEN dead_letters_open END
    FROM topic_status JOIN topics USING (topic),
      (SELECT date_trunc('minute', ${at.toISOString()}::timestamptz) AS minute) m
    WHERE topics.removed_at IS NULL
    ORDER BY topic
    ON CONFLICT (topic, minute) DO UPDATE SET queue_visible = excluded.queue_visible,
      queue_in_flight = excluded.queue_in_flight, queue_oldest_age_seconds = excluded.queue_oldest_age_seconds,
      raw_rows = excluded.raw_rows, open_dead_letters = excluded.open_dead_letters`)
  await tx.execute(sql`
    DELETE FROM topic_samples
    WHERE minute < ${at.toISOString()}::timestamptz - make_interval(hours => ${historyHours})`)
}
