import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { RunLayer } from '@lean-ops/common/contract/run'
import type { PlannedPass } from '@lean-ops/common/control-plane/runs/plan-passes'
import { tableName } from '@lean-ops/common/topics/topic-names'
import { compileCuratedTables } from '../contracts/compile-curated-tables.ts'
import { compileSemanticTables } from '../contracts/compile-semantic-tables.ts'
import { renderCreate } from '../contracts/render-ddl.ts'
import { lakeDatabases } from './lake-databases.ts'

type Deps = { s3: Pick<S3Client, 'send'>; lakeBucket: string; stage: string }
type Plan = { execution: string; round: number; layer: RunLayer; passes: readonly PlannedPass[] }

export const jobPlanKey = (execution: string, round: number, layer: RunLayer): string =>
  `plans/${execution}/${round}-${layer}.json`

/**
 * Writes what one job run does (docs/decisions/0006-passes-and-jobs.md). The state machine carries its key only: with the
 * contracts of many topics in it, a plan is far larger than a state may be.
 */
export async function writeJobPlan(deps: Deps, { execution, round, layer, passes }: Plan): Promise<string> {
  const key = jobPlanKey(execution, round, layer)
  const place = { stage: deps.stage, lake: deps.lakeBucket }
  const compile = layer === 'curated' ? compileCuratedTables : compileSemanticTables
  const plan = {
    version: 1,
    execution,
    stage: deps.stage,
    layer,
    databases: lakeDatabases(deps.stage),
    passes: passes.map((pass) => ({
      ...pass,
      table: tableName(pass.topic),
      tables: compile(pass.contract).map((shape) => ({ ...shape, create: renderCreate(shape, place) })),
    })),
  }
  await deps.s3.send(
    new PutObjectCommand({
      Bucket: deps.lakeBucket,
      Key: key,
      Body: JSON.stringify(plan),
      ContentType: 'application/json',
    }),
  )
  return key
}
