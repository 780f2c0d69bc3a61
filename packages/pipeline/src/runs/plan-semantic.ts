import type { S3Client } from '@aws-sdk/client-s3'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { countTopics, type TopicCounts } from '@lean-ops/common/control-plane/runs/count-topics'
import { getRunInput } from '@lean-ops/common/control-plane/runs/get-run-input'
import { takeLeases } from '@lean-ops/common/control-plane/runs/take-leases'
import { leaseSeconds } from './lease-seconds.ts'
import { mirrorLeases } from './mirror-leases.ts'
import { planLayer } from './plan-layer.ts'

type Deps = { db: Database; s3: Pick<S3Client, 'send'>; stage: string; lakeBucket: string }

/** The semantic passes of a round, each with the `__versions` snapshot it reads. Leases are renewed; a topic lost meanwhile drops out. */
export async function planSemantic(
  deps: Deps,
  { execution, round }: { execution: string; round: number },
): Promise<TopicCounts & { planUri: string; semanticPasses: number }> {
  const { taken } = await takeLeases(deps.db, { execution, leaseSeconds, round })
  await mirrorLeases(deps, execution, taken)
  const input = await getRunInput(deps.db, execution)
  const asked = { execution, round, request: input.request ?? null }
  const { planUri, passCount } = await planLayer(deps, { ...asked, layer: 'semantic', heads: new Map() })
  return { planUri, semanticPasses: passCount, ...(await countTopics(deps.db, execution)) }
}
