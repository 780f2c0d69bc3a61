import { EntityNotFoundException, GetTableCommand, type GlueClient } from '@aws-sdk/client-glue'
import { listAccountLetters } from '@lean-ops/common/control-plane/accounts/list-account-letters'
import type { ControlPlane } from '@lean-ops/common/control-plane/connect'
import { AppError } from '@lean-ops/common/errors/app-error'
import { databaseName, tableName } from '@lean-ops/common/topics/topic-names'

/** What the auditor (packages/pipeline/glue/auditor) is asked: metadata files and what only the control plane knows. */
export type AuditRequest = {
  topic: string
  raw: string
  tables: Record<string, string | null>
  rawSnapshot: string | null
  semanticSeq: number | null
  isGateOpen: boolean
}

type Deps = { control: Pick<ControlPlane, 'db' | 'pool'>; glue: Pick<GlueClient, 'send'> }
type Known = { rawSnapshot: string | null; semanticSeq: number | null; isGateOpen: boolean }

/**
 * Everything the auditor needs about a topic of a stage; the dead letters first, because what arrives while we look is newer
 * than the snapshot that is counted. Throws NOT_FOUND when the topic has no RAW table.
 */
export async function collectAuditRequest(
  deps: Deps,
  stage: string,
  topic: string,
): Promise<{ request: AuditRequest; letters: string }> {
  const letters = await listAccountLetters(deps.control.db, topic)
  const known = await readKnown(deps.control.pool, topic)
  const table = tableName(topic)
  const metadata = (layer: 'raw' | 'curated' | 'semantic', name: string) =>
    findMetadata(deps.glue, databaseName(stage, layer), name)
  const raw = await metadata('raw', table)
  if (raw === null) throw new AppError('NOT_FOUND', `there is no topic "${topic}" with a RAW table`)
  const tables = {
    versions: await metadata('curated', `${table}__versions`),
    current_rows: await metadata('curated', table),
    parse_errors: await metadata('curated', `${table}__parse_errors`),
    rejects: await metadata('semantic', `${table}__rejects`),
    semantic_rows: await metadata('semantic', table),
  }
  return {
    request: { topic, raw, tables, ...known },
    letters: letters.map((letter) => `${JSON.stringify(letter)}\n`).join(''),
  }
}

async function readKnown(pool: ControlPlane['pool'], topic: string): Promise<Known> {
  const { rows } = await pool.query<Known>(
    `SELECT
      (SELECT source_snapshot_id::text FROM checkpoints WHERE topic = $1 AND layer = 'curated') AS "rawSnapshot",
      (SELECT source_seq::int FROM checkpoints WHERE topic = $1 AND layer = 'semantic') AS "semanticSeq",
      EXISTS (SELECT FROM contract_versions WHERE topic = $1 AND state IN ('active', 'ahead_of_git')
        AND jsonb_array_length(model -> 'columns') > 0) AS "isGateOpen"`,
    [topic],
  )
  const [known] = rows
  if (known === undefined) throw new AppError('INTERNAL', 'a SELECT without FROM gives a row')
  // An open gate through which nothing went yet: every version waits.
  return { ...known, semanticSeq: known.semanticSeq ?? (known.isGateOpen ? 0 : null) }
}

async function findMetadata(glue: Deps['glue'], database: string, name: string): Promise<string | null> {
  try {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: name }))
    return Table?.Parameters?.metadata_location ?? null
  } catch (error) {
    if (error instanceof EntityNotFoundException) return null
    throw error
  }
}
