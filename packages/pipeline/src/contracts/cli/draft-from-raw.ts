import { AppError } from '@lean-ops/common/errors/app-error'
import { decodeRawPayload } from '@lean-ops/common/lake/decode-raw-payload'
import { findTable } from '@lean-ops/common/lake/find-table'
import { listDataFiles } from '@lean-ops/common/lake/list-data-files'
import { readDataFile } from '@lean-ops/common/lake/read-data-file'
import type { Draft } from '@lean-ops/common/odcs/draft-contract'
import { observeBodies } from '@lean-ops/common/odcs/draft-from-sample'
import { tableName } from '@lean-ops/common/topics/topic-names'
import { connectLake } from './connect-stage.ts'
import { type Settings, wholeNumber } from './exit-codes.ts'

/** A draft from the newest messages of a topic's RAW table. Throws INVALID_INPUT when there are none. */
export async function draftFromRaw(
  topic: string,
  owner: string,
  source: string,
  settings: Settings,
): Promise<Draft> {
  const rowsMax = wholeNumber(settings.rows ?? '100000', '--rows', 100_000_000)
  const lake = await connectLake(settings)
  const table = await findTable(lake, lake.rawDatabase, tableName(source))
  const observer = observeBodies()
  let rows = 0
  for (const file of table === undefined ? [] : await listDataFiles(lake, table)) {
    const within = { from: 0, to: rowsMax - rows }
    for await (const chunk of readDataFile(lake.s3, file, ['payload_encoding', 'json_payload'], within)) {
      for (const row of chunk.rows) observer.add(decodeRawPayload(row) ?? '')
      rows += chunk.rows.length
    }
    if (rows >= rowsMax) break
  }
  const draft = observer.draft(topic, owner)
  if (draft === undefined) throw new AppError('INVALID_INPUT', `RAW holds no message of ${source} yet`)
  return draft
}
