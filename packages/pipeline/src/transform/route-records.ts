import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'

export type FirehoseRecord = { recordId: string; data: string }

export type RoutedRecord =
  | {
      recordId: string
      result: 'Ok'
      /** base64, unchanged */
      data: string
      metadata: {
        otfMetadata: {
          destinationDatabaseName: string
          destinationTableName: string
          operation: 'insert'
        }
      }
    }
  | { recordId: string; result: 'ProcessingFailed'; data?: string }

export type Refusals = { unroutable: number; overflow: number }

/** Lambda's limit for a buffered answer is 6 MB; the rest is for the JSON around the records. */
export const responseBytesMax = 6_000_000
/** JSON around one routed record, beyond its id, data, database and table (measured: 150). */
const envelopeBytes = 160
/** Our processor writes `topic` first: the longest topic name fits into 72 bytes, which are 96 characters of base64. */
const headBytes = 72
const headLength = (headBytes / 3) * 4
const head = /^\{"topic":"([a-z0-9-]+)",/

/**
 * Names the RAW table of each record and touches nothing else: the processor has written the row as Firehose wants it.
 * Only topics of the registry are routed. What is not becomes ProcessingFailed, which Firehose does not retry but writes to
 * the error prefix, where it becomes a dead letter. So does what would pass the answer's size (without data: Firehose
 * keeps the original); with buffers of 1 MB that cannot happen, but an answer too large would fail all its records.
 */
export function routeRecords(
  records: readonly FirehoseRecord[],
  registry: TopicRegistry,
  database: string,
): { records: RoutedRecord[]; refusals: Refusals } {
  const refusals: Refusals = { unroutable: 0, overflow: 0 }
  // Every record needs at least its id in the answer, so that room is set aside first.
  let room = responseBytesMax
  for (const r of records) room -= envelopeBytes + r.recordId.length

  const routed = records.map(({ recordId, data }): RoutedRecord => {
    const topic = registry.findByTopic(topicOf(data) ?? '')
    const bytes = data.length + database.length + (topic?.tableName.length ?? 0)
    if (!topic) refusals.unroutable += 1
    if (bytes > room) {
      if (topic) refusals.overflow += 1
      return { recordId, result: 'ProcessingFailed' }
    }
    room -= bytes
    if (!topic) return { recordId, result: 'ProcessingFailed', data }
    return {
      recordId,
      result: 'Ok',
      data,
      metadata: {
        otfMetadata: {
          destinationDatabaseName: database,
          destinationTableName: topic.tableName,
          operation: 'insert',
        },
      },
    }
  })
  return { records: routed, refusals }
}

/** From the first bytes, without parsing the record; a record written otherwise is parsed whole. */
function topicOf(data: string): string | undefined {
  const isWhole = data.length <= headLength
  const start = Buffer.from(isWhole ? data : data.slice(0, headLength), 'base64').toString('latin1')
  const fast = head.exec(start)?.[1]
  if (fast !== undefined && endsLikeObject(data)) return fast
  return parsedTopic(data)
}

/** A record that was cut off must not pass as whole. */
function endsLikeObject(data: string): boolean {
  const end = Buffer.from(data.slice(-8), 'base64')
  return end.at(-1) === 0x7d
}

function parsedTopic(data: string): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(data, 'base64').toString('utf8'))
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'topic')) return undefined
    const { topic } = value as { topic: unknown }
    return typeof topic === 'string' ? topic : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
