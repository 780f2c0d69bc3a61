import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { OperationActor } from '../../contract/operation.ts'
import { AppError } from '../../errors/app-error.ts'
import { renderFault } from '../../odcs/contract-fault.ts'
import { parseContract } from '../../odcs/parse-contract.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

type Request = {
  topic: string
  yaml: string
  reason: string
  actor: OperationActor
  requestId?: string
  sessionId?: string
}

/** A topic keeps so many drafts of the console; the oldest goes. */
const draftsMax = 20

/**
 * Stores a candidate version of a topic's contract, linted like a file. The same text twice is one version. Returns its hash.
 * Throws INVALID_CONTRACT with every fault, CONFLICT for a text that was active once.
 */
export async function proposeContract(db: Database, request: Request): Promise<string> {
  const { topic, yaml, actor } = request
  const file = `${topic}.odcs.yaml`
  const { model, faults } = parseContract(file, yaml)
  if (model === undefined)
    throw new AppError('INVALID_CONTRACT', faults.map(renderFault).join('\n'), { context: { faults } })
  const sha256 = createHash('sha256').update(yaml).digest('hex')
  await db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ state: string; is_new: boolean }>(sql`
      WITH made AS (
        INSERT INTO contract_versions (topic, sha256, version, model, yaml, state, source, created_by)
        VALUES (${topic}, ${sha256}, ${model.version}, ${toJsonParameter(model)}::jsonb, ${yaml}, 'draft', 'console',
          ${toJsonParameter(actor)}::jsonb)
        ON CONFLICT (topic, sha256) DO NOTHING RETURNING state
      ) SELECT state, true AS is_new FROM made
      UNION ALL SELECT state, false FROM contract_versions WHERE topic = ${topic} AND sha256 = ${sha256}`)
    const row = rows[0]
    if (row && !row.is_new && row.state !== 'draft')
      throw new AppError('CONFLICT', `This very text is ${row.state.replaceAll('_', ' ')} already.`, {
        context: { topic, sha256, state: row.state },
      })
    if (!row?.is_new) return
    await tx.execute(sql`
      DELETE FROM contract_versions WHERE topic = ${topic} AND state = 'draft' AND source = 'console' AND sha256 IN (
        SELECT sha256 FROM contract_versions WHERE topic = ${topic} AND state = 'draft' AND source = 'console'
        ORDER BY created_at DESC, sha256 OFFSET ${draftsMax})`)
    await bumpVersion(tx, 'contracts')
    await recordAudit(tx, {
      actor,
      action: 'contract.propose',
      target: { kind: 'contract', id: topic },
      reason: request.reason,
      details: { version: model.version, sha256 },
      ...(request.requestId === undefined ? {} : { requestId: request.requestId }),
      ...(request.sessionId === undefined ? {} : { sessionId: request.sessionId }),
    })
  })
  return sha256
}
