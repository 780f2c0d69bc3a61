import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

export type EndpointOrder =
  | { do: 'create'; queue: string; visibilitySeconds: number }
  | { do: 'delete'; queue: string }
  | { do: 'cpu' }
  | { do: 'tally'; queues: readonly string[] }
  | { do: 'fill'; queue: string; messages: number; bytes: number }

/** What lies in some queues, and how much of it still has its attributes. */
export type QueueTally = {
  messages: number
  distinct: number
  keptString: number
  keptNumber: number
  keptBinary: number
}

export type Endpoint = {
  url: string
  /** The same queues, but 5 % of the entries of each SendMessageBatch are refused. */
  flakyUrl: string
  /** The environment of a process that works against it. */
  env(isFlaky?: boolean): NodeJS.ProcessEnv
  create(visibilitySeconds: number, ...queues: string[]): Promise<void>
  fill(queue: string, messages: number, bytes: number): Promise<void>
  delete(...queues: string[]): Promise<void>
  tally(...queues: string[]): Promise<QueueTally>
  /** CPU seconds that it has used so far. */
  cpuSeconds(): Promise<number>
  stop(): Promise<void>
}

/** Starts SQS in a process of its own, so that its work is not counted as ours. */
export async function startEndpoint(): Promise<Endpoint> {
  const child = fork(path.join(import.meta.dirname, 'replay-endpoint.ts'), { stdio: ['ignore', 2, 2, 'ipc'] })
  const [ports] = (await once(child, 'message')) as [{ port: number; proxyPort: number }]
  const ask = async <T>(order: EndpointOrder): Promise<T> => {
    child.send(order)
    const [answer] = await once(child, 'message')
    return answer as T
  }
  const url = `http://127.0.0.1:${ports.port}`
  const flakyUrl = `http://127.0.0.1:${ports.proxyPort}`
  return {
    url,
    flakyUrl,
    env: (isFlaky = false) => ({
      ...process.env,
      AWS_ENDPOINT_URL: isFlaky ? flakyUrl : url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
    }),
    create: async (visibilitySeconds, ...queues) => {
      for (const queue of queues) await ask({ do: 'create', queue, visibilitySeconds })
    },
    fill: (queue, messages, bytes) => ask({ do: 'fill', queue, messages, bytes }),
    delete: async (...queues) => {
      for (const queue of queues) await ask({ do: 'delete', queue })
    },
    tally: (...queues) => ask({ do: 'tally', queues }),
    cpuSeconds: () => ask({ do: 'cpu' }),
    stop: async () => {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
