import { type SQL, sql } from 'drizzle-orm'

/** Seconds until a sent message that nobody has seen again counts as `unverified`, by the stage it must pass. */
const verifySeconds = { ingest: 900, delivery: 3_600, curated: 7_200, semantic: 7_200 } as const

/** The seconds that a stage (a text expression) is given. */
export const verifyDeadline = (stage: SQL): SQL =>
  sql`CASE ${stage} WHEN 'ingest' THEN ${verifySeconds.ingest}::int WHEN 'delivery' THEN ${verifySeconds.delivery}::int
    WHEN 'curated' THEN ${verifySeconds.curated}::int ELSE ${verifySeconds.semantic}::int END`
