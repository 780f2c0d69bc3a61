import type { RunningPostgres } from '@lean-ops/common/control-plane/testing/embedded-postgres'
import type { BenchTable } from '../define-bench.ts'
import { lastJson, type Tool } from './replay-child.ts'
import { type WorkerFigures, withReplay } from './replay-operation.ts'
import { startElasticMq } from './start-elasticmq.ts'

type Request = {
  postgres: RunningPostgres
  template: string
  messages: number
  workFolder: string
  say: (line: string) => void
}

const source = 'bench-dlq'
const target = 'bench-target'
/** Longer than any run: nothing becomes visible a second time. */
const visibilitySeconds = 600

/** The same tools through another SQS of another language, side by side; no tables where it cannot be started. */
export async function measureElasticMq(request: Request, tools: readonly Tool[]): Promise<BenchTable[]> {
  const { messages, workFolder, say } = request
  const elastic = await startElasticMq(workFolder, say)
  if (!elastic) return []
  const endpoint = { env: () => elastic.env, create: elastic.create, delete: elastic.delete }
  try {
    let bytes = 500
    const rows: (string | number)[][] = []
    const move = async (tool: Tool, count: number): Promise<[seconds: number, arrived: number]> => {
      await elastic.create(visibilitySeconds, source, target)
      await elastic.fill(source, count, bytes)
      const { seconds } = lastJson<{ seconds: number }>(await tool.run(elastic.env, source, target))
      const arrived = await elastic.count(target)
      await elastic.delete(source, target)
      return [seconds, arrived]
    }
    // A JVM just started is several times slower: nobody is measured on that.
    for (const tool of tools) await move(tool, Math.ceil(messages / 2))
    await withReplay({ ...request, visibilitySeconds }, endpoint, messages, async (replay) => {
      const { seconds } = lastJson<WorkerFigures>(await replay.work())
      bytes = replay.bytesPerMessage
      rows.push([
        'ours',
        Math.round(replay.messages / seconds),
        await elastic.count(...replay.queues),
        replay.messages,
      ])
    })
    for (const tool of tools) {
      const [seconds, arrived] = await move(tool, messages)
      rows.push([tool.name, Math.round(messages / seconds), arrived, messages])
    }
    for (const [tool, perSecond] of rows) say(`${tool} through ElasticMQ: ${perSecond} messages per second`)
    return [
      {
        title: 'The same side by side through ElasticMQ (a JVM beside them)',
        columns: ['tool', 'messages / s', 'arrived', 'of'],
        rows,
      },
    ]
  } finally {
    await elastic.stop()
  }
}
