import { sql } from 'drizzle-orm'
import type { WhatIf } from '../../contract/what-if.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

type Answer = {
  topic: string
  sha256: string
  againstSha256: string | null
  operationId: string
  result: WhatIf
}

/** Keeps the newest answer of a version. */
export async function recordWhatIf(db: Database, answer: Answer): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      INSERT INTO contract_what_ifs (topic, sha256, against_sha256, at, operation_id, result)
      VALUES (${answer.topic}, ${answer.sha256}, ${answer.againstSha256}, now(), ${answer.operationId},
        ${toJsonParameter(answer.result)}::jsonb)
      ON CONFLICT (topic, sha256) DO UPDATE SET against_sha256 = excluded.against_sha256, at = excluded.at,
        operation_id = excluded.operation_id, result = excluded.result`)
    await bumpVersion(tx, 'contracts')
  })
}
