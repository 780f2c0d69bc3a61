import { GetTablesCommand, type GlueClient } from '@aws-sdk/client-glue'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { mapConcurrent } from '@lean-ops/common/concurrency/map-concurrent'
import { AppError } from '@lean-ops/common/errors/app-error'
import { parseS3Uri } from '@lean-ops/common/lake/parse-s3-uri'
import { parseTableHead, type TableHead } from './parse-table-head.ts'
import { describeFault, failAll, type Reading } from './reading.ts'

const parallel = 20

/** `head` is null when the metadata file is the one that was read before: the stored values are still right. */
export type RawHead = { metadataLocation: string; head: TableHead | null }
type Topic = { topic: string; tableName: string }
type Deps = {
  glue: Pick<GlueClient, 'send'>
  s3: Pick<S3Client, 'send'>
  database: string
  now: () => Date
  signal: AbortSignal
}

/** Current snapshots of all RAW tables: paged GetTables, and one metadata file for each table that moved since the file that is `known`. */
export async function readRawHeads(
  deps: Deps,
  topics: readonly Topic[],
  known: (topic: string) => string | undefined,
): Promise<Reading<RawHead>[]> {
  let locations: Map<string, string>
  try {
    locations = await listMetadataLocations(deps)
  } catch (fault) {
    return failAll(
      topics.map((t) => t.topic),
      deps.now(),
      fault,
    )
  }
  return mapConcurrent(topics, parallel, async ({ topic, tableName }): Promise<Reading<RawHead>> => {
    const metadataLocation = locations.get(tableName)
    if (metadataLocation === undefined) {
      const message = `There is no Iceberg table ${deps.database}.${tableName}.`
      return { topic, ok: false, at: deps.now(), error: { code: 'TableMissing', message } }
    }
    try {
      const isKnown = known(topic) === metadataLocation
      const head = isKnown ? null : parseTableHead(await readText(deps, metadataLocation))
      return { topic, ok: true, at: deps.now(), value: { metadataLocation, head } }
    } catch (fault) {
      return { topic, ok: false, at: deps.now(), error: describeFault(fault) }
    }
  })
}

async function listMetadataLocations(deps: Deps): Promise<Map<string, string>> {
  const locations = new Map<string, string>()
  let token: string | undefined
  do {
    const page = await deps.glue.send(
      new GetTablesCommand({
        DatabaseName: deps.database,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
      { abortSignal: deps.signal },
    )
    for (const table of page.TableList ?? []) {
      const location = table.Parameters?.metadata_location
      if (table.Name !== undefined && location !== undefined) locations.set(table.Name, location)
    }
    token = page.NextToken
  } while (token)
  return locations
}

async function readText({ s3, signal }: Deps, location: string): Promise<string> {
  const { bucket, key } = parseS3Uri(location)
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), {
    abortSignal: signal,
  })
  if (body === undefined) throw new AppError('UNAVAILABLE', `${location} has no content`)
  return body.transformToString()
}
