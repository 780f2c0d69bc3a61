import type { ApiClient, Query } from '@lean-ops/common/api-client/create-api-client'
import { operationStateFacts } from '@lean-ops/common/contract/operation-facts'
import { HoldView, OperationList } from '@lean-ops/common/contract/operation-requests'
import { OperationView } from '@lean-ops/common/contract/operation-view'
import { type Output, table } from '../output.ts'
import { exitCodes } from '../usage-error.ts'
import { summary } from './watch-operation.ts'

export async function listOperations(api: ApiClient, query: Query, output: Output): Promise<number> {
  const { body } = await api.get('/operations', OperationList, query)
  const rows = body.operations.map((o) => {
    const done = o.counts.total - o.counts.pending - o.counts.sending - o.counts.verifying
    return [
      o.id,
      operationStateFacts[o.state].word,
      `${done}/${o.counts.total}`,
      o.actor.name,
      o.createdAt,
      o.title,
    ]
  })
  output.result(body, table(['id', 'state', 'done', 'by', 'created', 'what'], rows))
  return exitCodes.done
}

export async function showOperation(api: ApiClient, id: string, output: Output): Promise<number> {
  const { body } = await api.get(`/operations/${id}`, OperationView)
  output.result(
    body,
    `${summary(body)}\nreason: ${body.reason}\nby ${body.actor.name} at ${body.createdAt}, rate ${body.rate}/s, canary ${body.canarySize}`,
  )
  return exitCodes.done
}

type Change = { action: 'pause' | 'resume' | 'cancel' } | { action: 'set_rate'; rate: number }

/** Reads the version and changes that one: somebody else's change in between is a conflict, told with who it was. */
export async function changeOperation(
  api: ApiClient,
  id: string,
  change: Change,
  output: Output,
): Promise<number> {
  const { etag } = await api.get(`/operations/${id}`, OperationView)
  const { body } = await api.send(
    'PATCH',
    `/operations/${id}`,
    OperationView,
    change,
    etag === undefined ? {} : { ifMatch: etag },
  )
  output.result(body, summary(body))
  return exitCodes.done
}

export async function changeHold(
  api: ApiClient,
  change: { isHeld: boolean; reason: string } | undefined,
  output: Output,
): Promise<number> {
  const { body: seen, etag } = await api.get('/hold', HoldView)
  const body = change
    ? (await api.send('PUT', '/hold', HoldView, change, etag === undefined ? {} : { ifMatch: etag })).body
    : seen
  output.result(
    body,
    body.isHeld
      ? `All operations are held by ${body.heldBy} since ${body.heldAt}: ${body.reason}`
      : 'Operations are not held.',
  )
  return exitCodes.done
}
