import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Buckets } from './buckets.ts'
import type { Database } from './database.ts'
import type { CreateFunction } from './functions.ts'
import type { Keys } from './keys.ts'
import type { Lake } from './lake.ts'
import { glueTables, readObjects, useKey, writeObjects } from './permissions.ts'
import { readGitCommit } from './read-git-commit.ts'
import type { Stage } from './stage.ts'
import type { Topics } from './topics.ts'

const migrations = 'packages/common/drizzle'

/**
 * Brings database, contracts and RAW tables to what this version of the program expects, once per commit and before any function
 * changes (they depend on the returned invocation). A migration that fails stops the deploy: N−1 code keeps running on
 * a schema that only ever grows (expand, deploy, contract).
 */
export async function createMigration(
  stage: Stage,
  keys: Keys,
  buckets: Buckets,
  lake: Lake,
  database: Database,
  topics: Topics,
  createFunction: CreateFunction,
): Promise<aws.lambda.Invocation> {
  const commit = await readGitCommit($cli.paths.root)
  const migrate = createFunction(
    {
      name: 'migrate',
      handler: 'packages/pipeline/src/handlers/migrate.handler',
      memory: '512 MB',
      environment: {
        ...database.owner.environment,
        LAKE_BUCKET: buckets.lake.name,
        RAW_DATABASE: lake.raw.name,
        MIGRATIONS_DIR: 'drizzle',
        ...(commit === undefined ? {} : { GIT_COMMIT: commit }),
      },
      permissions: [
        ...database.owner.permissions,
        glueTables(
          stage,
          ['glue:GetDatabase', 'glue:GetTable', 'glue:CreateTable', 'glue:UpdateTable'],
          lake.raw,
        ),
        // Glue writes an Iceberg table's first metadata, and we read back what it wrote, as this role.
        readObjects(buckets.lake),
        writeObjects(buckets.lake),
        useKey(keys.data),
      ],
      // Two deploys at once are stopped by SST's lock; this stops a person who calls it by hand meanwhile.
      reserved: 1,
      ...(database.vpc === undefined ? {} : { vpc: database.vpc }),
      copyFiles: [{ from: migrations, to: 'drizzle' }, topics.contractsFile],
      live: false,
    },
    database.ready,
  )
  return new aws.lambda.Invocation('Migration', {
    functionName: migrate.name,
    input: JSON.stringify({ reason: 'deploy' }),
    triggers: {
      migrations: await digest(path.join($cli.paths.root, migrations)),
      topics: topics.digest,
      contracts: topics.contractsDigest,
      // Also a deploy that changes neither schema nor contracts leaves its mark in "what changed".
      commit: commit ?? '',
    },
  })
}

async function digest(folder: string): Promise<string> {
  const hash = createHash('sha256')
  for (const file of (await readdir(folder)).sort())
    if (file.endsWith('.sql')) hash.update(file).update(await readFile(path.join(folder, file)))
  return hash.digest('hex')
}
