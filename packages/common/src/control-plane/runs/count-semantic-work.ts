import type { RunInput } from '../../contract/run.ts'
import type { Database } from '../connect.ts'
import { decidePass } from './decide-pass.ts'
import { readPlanFacts } from './read-plan-facts.ts'

/** For how many of a run's topics the semantic layer has something to do already, before any new curated pass. */
export async function countSemanticWork(
  db: Database,
  request: { execution: string; round: number; request: RunInput['request'] | null },
): Promise<number> {
  return db.transaction(async (tx) => {
    const facts = await readPlanFacts(tx, { ...request, layer: 'semantic', planKey: '', heads: new Map() })
    return facts.filter((f) => ['plan', 'resume'].includes(decidePass(f).kind)).length
  })
}
