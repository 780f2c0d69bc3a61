import type { ApiClient } from '@lean-ops/common/api-client/create-api-client'
import { Trace, type Trail } from '@lean-ops/common/contract/trace'
import type { Output } from '../output.ts'
import { exitCodes } from '../usage-error.ts'

type Request = { id: string; topic: string | undefined; isKey: boolean; day: string | undefined }

const marks: Record<Trail['stages'][number]['state'], string> = {
  found: '●',
  'not found': '○',
  waiting: '◌',
  unknown: '?',
  skipped: '–',
}

/** The way of a message as a list of stages. Goes on through older days until something is found. Ends with 1 when nothing is. */
export async function traceId(api: ApiClient, request: Request, output: Output): Promise<number> {
  const looked = new Set<string>()
  let before: string | undefined
  for (;;) {
    const { body } = await api.get(`/traces/${encodeURIComponent(request.id)}`, Trace, {
      topic: request.topic,
      by: request.isKey ? 'key' : undefined,
      day: request.day,
      before,
    })
    for (const place of body.lookedIn) looked.add(place)
    const isOver = body.continueBefore === null || body.continueBefore === before
    if (
      isOver ||
      body.trails.some((trail) => trail.stages.some((s) => s.stage === 'RAW' && s.state === 'found'))
    ) {
      output.progressEnd()
      output.result({ ...body, lookedIn: [...looked] }, describe(body, [...looked]))
      return body.trails.length > 0 ? exitCodes.done : exitCodes.failed
    }
    before = body.continueBefore ?? undefined
    output.progress(`not yet; looking before ${before}`)
  }
}

function describe(trace: Trace, lookedIn: readonly string[]): string {
  if (trace.trails.length === 0)
    return [`Nothing is known of ${trace.id}. Looked in:`, ...lookedIn.map((place) => `  ${place}`)].join(
      '\n',
    )
  return trace.trails
    .map((trail) =>
      [
        `${trail.topic}  ${trail.messageId}`,
        ...trail.stages.flatMap((stage) => [
          `  ${marks[stage.state]} ${stage.stage.padEnd(13)} ${stage.text}${stage.at === null ? '' : `  ${stage.at}`}`,
          `    ${''.padEnd(13)} ${stage.state === 'found' ? '' : 'looked in '}${stage.lookedIn}`,
        ]),
      ].join('\n'),
    )
    .join('\n\n')
}
