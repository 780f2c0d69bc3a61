import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { AppError } from '@lean-ops/common/errors/app-error'
import { databaseName, tableName } from '@lean-ops/common/topics/topic-names'
import { localPaths } from '../supervisor/local-paths.ts'

export type RawRow = {
  message_id: string
  sqs_message_id: string
  idempotency_key: string | null
  payload_encoding: string
  json_payload: string
}

export type RowReader = {
  /** Every row of a topic's RAW table as it is now. */
  readonly read: (topic: string) => Promise<RawRow[]>
  readonly end: () => Promise<void>
}

const columns = ['message_id', 'sqs_message_id', 'idempotency_key', 'payload_encoding', 'json_payload']

/** Reads RAW by an engine that shares no code with the writer: pyiceberg, in one process for many reads (its start takes seconds). */
export function startRowReader(endpoint: string): RowReader {
  const script = path.join(import.meta.dirname, 'read_rows.py')
  const child = spawn(localPaths().pythonBin, [script, endpoint], { stdio: ['pipe', 'pipe', 'pipe'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4_000)
  })
  const exited = once(child, 'exit')
  let last: Promise<unknown> = Promise.resolve()

  const readTable = async (topic: string): Promise<RawRow[]> => {
    child.stdin.write(
      `${JSON.stringify({ table: `${databaseName('local', 'raw')}.${tableName(topic)}`, columns })}\n`,
    )
    const rows: RawRow[] = []
    for (;;) {
      const { done, value } = await lines.next()
      if (done) throw new AppError('UNAVAILABLE', `the reader of rows has ended\n${complaint}`)
      if (value === 'end') return rows
      rows.push(JSON.parse(value) as RawRow)
    }
  }

  return {
    read: (topic) => {
      // One answer at a time comes out of one pipe.
      const next = last.catch(() => undefined).then(() => readTable(topic))
      last = next
      return next
    },
    end: async () => {
      child.stdin.end()
      await exited
    },
  }
}
