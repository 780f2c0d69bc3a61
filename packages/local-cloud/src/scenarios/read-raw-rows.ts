import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { databaseName, tableName } from '@lean-ops/common/topics/topic-names'
import { localPaths } from '../supervisor/local-paths.ts'

const run = promisify(execFile)

export type RawRow = {
  message_id: string
  sqs_message_id: string
  idempotency_key: string | null
  payload_encoding: string
  json_payload: string
}

/** Rows of a topic's RAW table whose message id starts with `prefix`, read by an engine that shares no code with the writer. */
export async function readRawRows(endpoint: string, topic: string, prefix: string): Promise<RawRow[]> {
  const columns = 'message_id,sqs_message_id,idempotency_key,payload_encoding,json_payload'
  const { stdout } = await run(
    localPaths().pythonBin,
    [
      path.join(import.meta.dirname, 'read_rows.py'),
      endpoint,
      `${databaseName('local', 'raw')}.${tableName(topic)}`,
      columns,
      prefix,
    ],
    { maxBuffer: 1 << 29 },
  )
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RawRow)
}
