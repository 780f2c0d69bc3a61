import { databaseName } from '@lean-ops/common/topics/topic-names'
import type { Buckets } from './buckets.ts'
import type { Stage } from './stage.ts'

export type Lake = Record<'raw' | 'curated' | 'semantic', aws.glue.CatalogDatabase>

/** The Glue databases. RAW tables are made by the migrate function: pulumi-aws knows no partition spec for Iceberg. */
export function createLake(stage: Stage, buckets: Buckets): Lake {
  const database = (layer: keyof Lake): aws.glue.CatalogDatabase =>
    new aws.glue.CatalogDatabase(
      `${layer[0]?.toUpperCase()}${layer.slice(1)}Database`,
      {
        name: databaseName(stage.name, layer),
        locationUri: $interpolate`s3://${buckets.lake.name}/${layer}`,
        description: `${stage.prefix}: ${layer} layer`,
      },
      stage.keep,
    )
  return { raw: database('raw'), curated: database('curated'), semantic: database('semantic') }
}
