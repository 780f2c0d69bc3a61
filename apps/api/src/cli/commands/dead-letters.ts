import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ApiClient, Query } from '@lean-ops/common/api-client/create-api-client'
import { DeadLetterDetail, DeadLetterPage, GroupList } from '@lean-ops/common/contract/dead-letter-query'
import { OperationDownload } from '@lean-ops/common/contract/operation-requests'
import { OperationView } from '@lean-ops/common/contract/operation-view'
import { Plan, type PlanSelection } from '@lean-ops/common/contract/plan'
import { z } from 'zod'
import { type Output, table } from '../output.ts'
import { exitCodes } from '../usage-error.ts'
import { watchOperation } from './watch-operation.ts'

export async function listDeadLetters(api: ApiClient, query: Query, output: Output): Promise<number> {
  const { body: page } = await api.get('/dead-letters', DeadLetterPage, query)
  const rows = page.items.map((d) => [
    d.id,
    d.topic,
    d.stage,
    d.code,
    d.status,
    d.attempt,
    d.lastFailedAt,
    d.errorMessage.slice(0, 60),
  ])
  const total = `${page.total.isExact ? '' : 'at least '}${page.total.value.toLocaleString('en-US')} match${page.nextCursor === null ? '' : '; more with a narrower filter or --limit'}`
  output.result(
    page,
    `${table(['id', 'topic', 'stage', 'code', 'status', 'attempt', 'last failed', 'error'], rows)}\n${total}`,
  )
  return exitCodes.done
}

export async function listGroups(api: ApiClient, query: Query, output: Output): Promise<number> {
  const { body } = await api.get('/dead-letters/groups', GroupList, query)
  const rows = body.groups.map((g) => [
    g.fingerprint,
    g.count,
    g.code,
    g.topics.map((t) => t.topic).join(','),
    g.lastSeenAt,
    g.title.slice(0, 70),
  ])
  output.result(body, table(['fingerprint', 'messages', 'code', 'topics', 'last seen', 'group'], rows))
  return exitCodes.done
}

const BodyView = z.looseObject({ text: z.string().nullable().optional() })

export async function showDeadLetter(
  api: ApiClient,
  id: string,
  withBody: boolean,
  output: Output,
): Promise<number> {
  const { body: letter } = await api.get(
    `/dead-letters/${id}`,
    z.looseObject({ ...DeadLetterDetail.partial().shape }),
  )
  const body = withBody ? (await api.get(`/dead-letters/${id}/body`, BodyView)).body : undefined
  const text = Object.entries(letter)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(
      ([name, value]) =>
        `${name.padEnd(18)} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
    )
  output.result(
    { ...letter, ...(body ? { body } : {}) },
    [...text, ...(body ? ['', body.text ?? ''] : [])].join('\n'),
  )
  return exitCodes.done
}

type Export = { selection: PlanSelection; format: 'ndjson' | 'csv'; file: string | undefined; reason: string }

/** An export is an operation: plan, run, wait, then fetch the file by its short-lived link. */
export async function exportDeadLetters(api: ApiClient, request: Export, output: Output): Promise<number> {
  const parameters = { kind: 'export', format: request.format }
  const { body: plan } = await api.send('POST', '/plans', Plan, { parameters, selection: request.selection })
  output.line(plan.preview.consequence)
  const { body: operation } = await api.send('POST', '/operations', OperationView, {
    planId: plan.id,
    reason: request.reason,
  })
  const code = await watchOperation(api, operation.id, { ...output, result: () => undefined })
  if (code !== exitCodes.done) return code
  const { body: link } = await api.get(`/operations/${operation.id}/download`, OperationDownload)
  const response = await fetch(link.url)
  if (!response.ok || !response.body) {
    output.line(`The file could not be fetched: HTTP ${response.status}`)
    return exitCodes.failed
  }
  // fetch's stream type and Node's differ only in their declarations.
  const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
  if (request.file === undefined) for await (const chunk of body) process.stdout.write(chunk)
  else await pipeline(body, createWriteStream(request.file))
  output.line(
    `${link.rows} rows, ${link.bytes} bytes${request.file === undefined ? '' : ` in ${request.file}`}`,
  )
  return exitCodes.done
}
