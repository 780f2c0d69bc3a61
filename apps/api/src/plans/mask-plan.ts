import type { Plan } from '@lean-ops/common/contract/plan'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { deadLetters } from '@lean-ops/common/control-plane/schema/dead-letters'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { maskBody } from '@lean-ops/common/masking/mask-body'
import { eq, inArray } from 'drizzle-orm'
import type { Actor } from '../app-env.ts'
import { readMasking } from '../dead-letters/read-masking.ts'

/** A preview whose before/after samples show what this person may see of each message: a diff is a body, too. */
export async function maskPlan(
  db: Pick<Database, 'select'>,
  actor: Actor,
  plan: Plan,
  now: Date,
): Promise<Plan> {
  const samples = plan.check?.samples ?? []
  if (plan.check === null || samples.length === 0) return plan
  const letters = await db
    .select({ id: deadLetters.id, owner: deadLetters.owner, clear: topics.clearPaths })
    .from(deadLetters)
    .leftJoin(topics, eq(topics.topic, deadLetters.topic))
    .where(
      inArray(
        deadLetters.id,
        samples.map((s) => s.id),
      ),
    )
  const masked = await Promise.all(
    samples.map(async (sample) => {
      const letter = letters.find((l) => l.id === sample.id)
      const masking = letter && (await readMasking(db, actor, letter, now))
      if (masking?.isMasked === false) return sample
      const clear = letter?.clear ?? null
      return {
        ...sample,
        before: maskBody(sample.before, clear).text,
        after: maskBody(sample.after, clear).text,
      }
    }),
  )
  return { ...plan, check: { ...plan.check, samples: masked } }
}
