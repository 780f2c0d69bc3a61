import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient, Query } from '@lean-ops/common/api-client/create-api-client'
import { RunDetail, RunList, RunLogs, RunSteps } from '@lean-ops/common/contract/run-view'
import { type Output, table } from '../output.ts'
import { exitCodes } from '../usage-error.ts'

export async function listRuns(api: ApiClient, query: Query, output: Output): Promise<number> {
  const { body } = await api.get('/runs', RunList, query)
  const rows = body.runs.map((r) => [
    r.id,
    r.state,
    r.endedIn,
    r.trigger,
    r.topicCount,
    r.topics.slice(0, 3).join(',') + (r.topicCount > 3 ? ',…' : ''),
    r.startedAt ?? r.createdAt,
    r.error?.code ?? null,
  ])
  output.result(body, table(['run', 'state', 'ended in', 'trigger', 'topics', '', 'started', 'error'], rows))
  return exitCodes.done
}

export async function showRun(api: ApiClient, id: string, output: Output): Promise<number> {
  const { body } = await api.get(`/runs/${id}`, RunDetail)
  output.result(body, describeRun(body))
  return exitCodes.done
}

function describeRun({ run, topics, passes, children }: RunDetail): string {
  const head = [
    `${run.id}: ${run.state}${run.endedIn === null ? '' : ` in ${run.endedIn}`}, ${run.trigger}${run.actor === null ? '' : ` by ${run.actor}`}, ${run.startedAt ?? run.createdAt} … ${run.finishedAt ?? 'now'}`,
    ...(run.error === null ? [] : [`${run.error.code}: ${run.error.message}`]),
    ...(run.parentId === null ? [] : [`goes on from ${run.parentId}`]),
    ...children.map((c) => `followed by ${c.id} (${c.trigger}, ${c.state})`),
  ]
  return [
    ...head,
    '',
    table(
      ['topic', 'outcome', 'round', 'curated rows', 'semantic rows', 'error'],
      topics.map((t) => [t.topic, t.outcome, t.round, t.rowsCurated, t.rowsSemantic, t.error?.code ?? null]),
    ),
    '',
    table(
      ['pass', 'mode', 'state', 'attempts', 'read', 'written', 'rejected', 'error'],
      passes.map((p) => [
        p.passId,
        p.mode,
        p.state,
        p.attempts,
        p.rowsRead,
        p.rowsWritten,
        p.rowsRejected,
        p.error === null ? null : `${p.error.code}: ${p.error.message.slice(0, 60)}`,
      ]),
    ),
  ].join('\n')
}

const everyMs = 2_000

/** Follows a run to its end. Ctrl-C leaves it running. */
export async function watchRun(api: ApiClient, id: string, output: Output): Promise<number> {
  for (;;) {
    const { body } = await api.get(`/runs/${id}`, RunDetail)
    const done = body.topics.filter((t) => t.outcome !== 'WAITING' && t.outcome !== 'IN_PROGRESS').length
    const working = body.passes.filter((p) => p.state === 'RUNNING' || p.state === 'PENDING')
    output.progress(
      `${body.run.state}  round ${body.run.rounds}  ${done}/${body.run.topicCount} topics  ${working
        .map((p) => p.passId)
        .slice(0, 3)
        .join(' ')}`,
    )
    if (body.run.state !== 'RUNNING' && body.run.state !== 'PENDING') {
      output.progressEnd()
      output.result(body, describeRun(body))
      return body.run.state === 'SUCCEEDED' ? exitCodes.done : exitCodes.completedWithFailures
    }
    await sleep(everyMs)
  }
}

export async function showSteps(api: ApiClient, id: string, output: Output): Promise<number> {
  const { body } = await api.get(`/runs/${id}/states`, RunSteps)
  const rows = body.steps.map((s) => [s.name, s.status, s.retries, s.enteredAt, s.exitedAt, s.error])
  output.result(
    body,
    `${table(['state', 'status', 'retries', 'entered', 'left', 'error'], rows)}\n${body.eventsUsed} of ${body.eventsMax} events used`,
  )
  return exitCodes.done
}

export async function showLogs(api: ApiClient, id: string, query: Query, output: Output): Promise<number> {
  const pages: RunLogs[] = []
  let cursor: string | undefined
  do {
    const { body } = await api.get(`/runs/${id}/logs`, RunLogs, { ...query, cursor })
    if (!output.isJson) for (const line of body.lines) process.stdout.write(`${line.at} ${line.text}\n`)
    pages.push(body)
    cursor = body.nextCursor ?? undefined
  } while (cursor !== undefined)
  const lines = pages.flatMap((page) => page.lines)
  if (output.isJson) output.result({ lines }, '')
  if (lines.length === 0) output.line('No job of this run has written anything yet.')
  return exitCodes.done
}
