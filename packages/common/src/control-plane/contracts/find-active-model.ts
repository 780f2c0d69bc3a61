import { sql } from 'drizzle-orm'
import type { ContractModel } from '../../odcs/contract-model.ts'
import type { Database } from '../connect.ts'

/** What the jobs obey for a topic; undefined while its gate has never opened. */
export async function findActiveModel(
  db: Pick<Database, 'execute'>,
  topic: string,
): Promise<ContractModel | undefined> {
  const { rows } = await db.execute<{ model: ContractModel }>(sql`
    SELECT model FROM contract_versions WHERE topic = ${topic} AND state IN ('active', 'ahead_of_git')`)
  return rows[0]?.model
}
