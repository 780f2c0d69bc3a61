import type { ApiClient } from '@lean-ops/common/api-client/create-api-client'
import { OperationView } from '@lean-ops/common/contract/operation-view'
import { SnowflakeList } from '@lean-ops/common/contract/snowflake'
import { TopicAccount, TopicSnapshots } from '@lean-ops/common/contract/topic-lake'
import { type Output, table } from '../output.ts'
import { exitCodes } from '../usage-error.ts'
import { watchOperation } from './watch-operation.ts'

/** The newest account; with a reason one is counted first. Ends with 3 when it does not close. */
export async function showAccount(
  api: ApiClient,
  topic: string,
  reason: string | undefined,
  output: Output,
): Promise<number> {
  if (reason !== undefined) {
    const { body: operation } = await api.send('POST', `/topics/${topic}/account`, OperationView, { reason })
    await watchOperation(api, operation.id, { ...output, result: () => undefined })
  }
  const { body } = await api.get(`/topics/${topic}/account`, TopicAccount)
  const { account } = body
  if (account === null) {
    output.result(body, `Nobody has counted ${topic} yet: add --compute --reason WHY.`)
    return exitCodes.failed
  }
  const age = `${Math.round(account.ageSeconds / 60)} minutes old${account.isOutdated ? '; RAW has moved on since' : ''}`
  output.result(
    body,
    `${topic}: ${account.unexplained === 0 ? 'every message is accounted for' : `${account.unexplained} messages are UNEXPLAINED`} (RAW snapshot ${account.rawSnapshotId}, ${age})\n${JSON.stringify(account.result, null, 2)}`,
  )
  return account.unexplained === 0 ? exitCodes.done : exitCodes.completedWithFailures
}

export async function showSnapshots(api: ApiClient, topic: string, output: Output): Promise<number> {
  const { body } = await api.get(`/topics/${topic}/snapshots`, TopicSnapshots, { limit: 5 })
  const rows = body.layers.flatMap((layer) => [
    [
      layer.layer,
      layer.headSnapshotId,
      'head',
      layer.totalRows,
      layer.checkpoint?.passId ?? null,
      layer.error,
    ],
    ...layer.snapshots.map((s) => ['', s.id, s.operation, s.addedRows, s.passId, s.at]),
  ])
  output.result(body, table(['layer', 'snapshot', 'operation', 'rows', 'pass', ''], rows))
  return exitCodes.done
}

export async function listSnowflake(api: ApiClient, output: Output): Promise<number> {
  const { body } = await api.get('/snowflake', SnowflakeList)
  const rows = body.tables.map((t) => [
    t.topic,
    t.verdict,
    `${t.database}.${t.schema}.${t.table}`,
    t.expectedSnapshotId,
    t.seenSnapshotId,
    t.autoRefresh,
    t.collectedAt,
    t.error?.message ?? null,
  ])
  output.result(
    body,
    table(['topic', 'verdict', 'table', 'expected', 'seen', 'auto-refresh', 'looked', 'error'], rows),
  )
  return exitCodes.done
}
