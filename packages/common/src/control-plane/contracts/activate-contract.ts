import { sql } from 'drizzle-orm'
import type { OperationActor } from '../../contract/operation.ts'
import { AppError } from '../../errors/app-error.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

type Request = {
  topic: string
  sha256: string
  /** The version it was checked against; another one by now = CONFLICT. */
  againstSha256: string | null
  actor: OperationActor
  reason: string
  operationId: string
}

/**
 * Makes a draft what the jobs obey, with its audit row in the same transaction. Call it after its tables were altered and read
 * back. A version that did not come from git leads it from now on. Doing it twice changes nothing. Throws CONFLICT when
 * another version became active since the checks.
 */
export async function activateContract(db: Database, request: Request): Promise<void> {
  const { topic, sha256, actor } = request
  await db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ sha256: string; state: string; version: string }>(sql`
      SELECT sha256, state, version FROM contract_versions WHERE topic = ${topic} ORDER BY sha256 FOR UPDATE`)
    const active = rows.find((row) => row.state === 'active' || row.state === 'ahead_of_git')
    const candidate = rows.find((row) => row.sha256 === sha256)
    if (!candidate) throw new AppError('NOT_FOUND', 'There is no such version of this contract.')
    if (active?.sha256 === sha256) return
    if (candidate.state !== 'draft' || (active?.sha256 ?? null) !== request.againstSha256)
      throw new AppError(
        'CONFLICT',
        'Another version became active since this one was checked: check it again.',
        {
          context: { topic, active: active?.version ?? null },
        },
      )
    await tx.execute(sql`
      UPDATE contract_versions SET state = 'superseded', superseded_at = now(), row_version = row_version + 1
      WHERE topic = ${topic} AND state IN ('active', 'ahead_of_git')`)
    await tx.execute(sql`
      UPDATE contract_versions SET state = CASE WHEN source = 'git' THEN 'active' ELSE 'ahead_of_git' END, activated_at = now(),
        activated_by = ${toJsonParameter(actor)}::jsonb, migrated_at = coalesce(migrated_at, now()),
        migration_verified_at = now(), row_version = row_version + 1
      WHERE topic = ${topic} AND sha256 = ${sha256}`)
    await bumpVersion(tx, 'contracts')
    await recordAudit(tx, {
      actor,
      action: 'contract.activate',
      target: { kind: 'contract', id: topic },
      operationId: request.operationId,
      reason: request.reason,
      details: { version: candidate.version, sha256, replaces: active?.version ?? null },
    })
  })
}
