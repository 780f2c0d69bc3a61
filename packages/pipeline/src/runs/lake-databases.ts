import { databaseName } from '@lean-ops/common/topics/topic-names'

/** The Glue databases of a stage, as plans of jobs name them. */
export const lakeDatabases = (stage: string) => ({
  raw: databaseName(stage, 'raw'),
  curated: databaseName(stage, 'curated'),
  semantic: databaseName(stage, 'semantic'),
})
