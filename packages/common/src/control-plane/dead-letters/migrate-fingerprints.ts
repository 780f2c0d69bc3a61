import { sql } from 'drizzle-orm'
import type { FingerprintPart } from '../../contract/dead-letter.ts'
import type { FailureStage } from '../../contract/failure-code.ts'
import {
  type Fingerprint,
  fingerprintError,
  fingerprintVersion,
} from '../../fingerprint/fingerprint-error.ts'
import { scrubMessage } from '../../masking/scrub-message.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'

/** What is still known of a group: its newest failure, with the values in its text scrubbed. */
export type GroupFacts = {
  stage: FailureStage
  code: string
  message: string
  parts: readonly FingerprintPart[]
}

type Step = {
  /** Prefix of the fingerprints that are current. */
  version?: string
  /** Today's fingerprint of an old group. */
  recompute?: (group: GroupFacts) => Fingerprint
  /** Messages moved at most: everyone who changes dead letters waits meanwhile. */
  lettersMax: number
}

/**
 * One bounded step of bringing groups of an earlier algorithm to today's: the new group takes over counts and trend, an alias leads old links
 * to it, then its messages follow batch by batch. Groups that became one are merged. Stopped anywhere it goes on from there; done = nothing
 * left of another version. A group is moved as a whole: what a newer algorithm would split comes apart with the next failures only.
 */
export async function migrateFingerprints(
  db: Database,
  { version = fingerprintVersion, recompute = refingerprint, lettersMax }: Step,
): Promise<{ letters: number; isDone: boolean }> {
  const isOld = sql`left(fingerprint, ${version.length + 1}) <> ${`${version}:`}`
  const { rowCount } = await db.execute(sql`SELECT 1 FROM error_groups WHERE ${isOld} LIMIT 1`)
  if (rowCount === 0) return { letters: 0, isDone: true }
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      const sequence = await bumpVersion(tx, 'dead_letters')
      const { rows } = await tx.execute<GroupFacts & { fingerprint: string; failures: string }>(sql`
        SELECT fingerprint, stage, code, sample_message AS message, parts, failures FROM error_groups WHERE ${isOld} ORDER BY fingerprint LIMIT 1`)
      const [old] = rows
      if (!old) return { letters: 0, isDone: true }
      const to = recompute(old)
      await takeOver(tx, old.fingerprint, to)
      const { rowCount: letters } = await tx.execute(sql`
        WITH moved AS (
          UPDATE dead_letters SET fingerprint = ${to.fingerprint}, changed_seq = ${sequence} WHERE id = ANY (ARRAY(
            SELECT id FROM dead_letters WHERE fingerprint = ${old.fingerprint} LIMIT ${lettersMax})) RETURNING id)
        UPDATE dead_letter_events e SET fingerprint = ${to.fingerprint}
        FROM moved WHERE e.dead_letter_id = moved.id AND e.fingerprint = ${old.fingerprint}`)
      await tx.execute(sql`
        DELETE FROM error_groups WHERE fingerprint = ${old.fingerprint}
          AND NOT EXISTS (SELECT 1 FROM dead_letters WHERE fingerprint = ${old.fingerprint})`)
      return { letters: letters ?? 0, isDone: false }
    }),
  )
}

/** The same algorithm over what is stored: frames and paths as they were, the message without its values. */
function refingerprint({ stage, code, message, parts }: GroupFacts): Fingerprint {
  const of = (kind: FingerprintPart['kind']) => parts.filter((p) => p.kind === kind).map((p) => p.value)
  return fingerprintError({ stage, code, message, frames: of('frame'), paths: of('path') })
}

/** Group, alias and counts of the new fingerprint. Repeating it adds nothing: what was taken over is gone from the old one. */
async function takeOver(tx: Database, from: string, to: Fingerprint): Promise<void> {
  const parts = to.parts.map((p) => (p.kind === 'message' ? { ...p, value: scrubMessage(p.value) } : p))
  await tx.execute(sql`
    INSERT INTO error_groups AS g (fingerprint, code, class, stage, title, parts, sample_id, sample_message, first_seen_at, last_seen_at, failures)
    SELECT ${to.fingerprint}, code, class, stage, ${scrubMessage(to.title)}, ${JSON.stringify(parts)}::jsonb, sample_id, sample_message,
      first_seen_at, last_seen_at, failures FROM error_groups WHERE fingerprint = ${from}
    ON CONFLICT (fingerprint) DO UPDATE SET failures = g.failures + excluded.failures,
      first_seen_at = least(g.first_seen_at, excluded.first_seen_at), last_seen_at = greatest(g.last_seen_at, excluded.last_seen_at)`)
  await tx.execute(sql`UPDATE error_groups SET failures = 0 WHERE fingerprint = ${from}`)
  await tx.execute(
    sql`UPDATE fingerprint_aliases SET fingerprint = ${to.fingerprint} WHERE fingerprint = ${from}`,
  )
  await tx.execute(sql`
    INSERT INTO fingerprint_aliases (old_fingerprint, fingerprint) VALUES (${from}, ${to.fingerprint})
    ON CONFLICT (old_fingerprint) DO UPDATE SET fingerprint = excluded.fingerprint`)
  await tx.execute(sql`
    WITH gone AS (DELETE FROM error_counts WHERE fingerprint = ${from} RETURNING *)
    INSERT INTO error_counts AS c (fingerprint, minute, topic, stage, code, failures)
    SELECT ${to.fingerprint}, minute, topic, stage, code, failures FROM gone
    ON CONFLICT (fingerprint, minute, topic, stage) DO UPDATE SET failures = c.failures + excluded.failures`)
  await tx.execute(sql`
    WITH gone AS (DELETE FROM error_hours WHERE fingerprint = ${from} RETURNING *)
    INSERT INTO error_hours AS h (fingerprint, hour, owner, failures)
    SELECT ${to.fingerprint}, hour, owner, failures FROM gone
    ON CONFLICT (fingerprint, hour, owner) DO UPDATE SET failures = h.failures + excluded.failures`)
}
