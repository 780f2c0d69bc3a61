import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import type { EndpointOrder, QueueTally } from './replay-endpoint-client.ts'

// A process of its own: SQS as fauxqs plays it, and before it a proxy that refuses a share of all batch entries, as SQS may.

/** What every message of the bench carries; a tool that keeps attributes leaves them like this. */
const attributes = {
  color: { DataType: 'String', StringValue: 'red' },
  amount: { DataType: 'Number', StringValue: '7' },
  raw: { DataType: 'Binary', BinaryValue: 'AAE=' },
}

const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
const share = Number(process.env.REFUSED_SHARE ?? 0.05)
let state = 1
const chance = (): boolean => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32 < share
}
const proxy = createServer((request, response) => void forward(request, response))
await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
const address = proxy.address()
process.on('message', (order: EndpointOrder) => process.send?.(obey(server, order)))
process.on('disconnect', () => process.exit(0))
process.send?.({ port: server.port, proxyPort: typeof address === 'object' ? address?.port : undefined })

function obey(sqs: FauxqsServer, order: EndpointOrder): QueueTally | { done: true } | number {
  switch (order.do) {
    case 'create':
      sqs.createQueue(order.queue, { attributes: { VisibilityTimeout: String(order.visibilitySeconds) } })
      return { done: true }
    case 'fill':
      for (let n = 0; n < order.messages; n += 1)
        sqs.sendMessage(order.queue, bodyOf(n, order.bytes), { messageAttributes: attributes })
      return { done: true }
    case 'delete':
      sqs.deleteQueue(order.queue)
      return { done: true }
    case 'cpu': {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    }
    case 'tally':
      return tally(sqs, order.queues)
  }
}

const bodyOf = (n: number, bytes: number): string =>
  JSON.stringify({ n: n + 1_000_000, text: 'x'.repeat(Math.max(0, bytes - 25)) })

function tally(sqs: FauxqsServer, queues: readonly string[]): QueueTally {
  const all = queues.flatMap((queue) => {
    const found = sqs.inspectQueue(queue)?.messages
    return found ? [...found.ready, ...found.delayed, ...found.inflight.map((i) => i.message)] : []
  })
  const keeps = (name: keyof typeof attributes): number =>
    all.filter((m) => {
      const { DataType, StringValue, BinaryValue } = m.messageAttributes[name] ?? { DataType: '' }
      const wanted: { DataType: string; StringValue?: string; BinaryValue?: string } = attributes[name]
      return (
        DataType === wanted.DataType &&
        StringValue === wanted.StringValue &&
        BinaryValue === wanted.BinaryValue
      )
    }).length
  return {
    messages: all.length,
    distinct: new Set(all.map((m) => m.body)).size,
    keptString: keeps('color'),
    keptNumber: keeps('amount'),
    keptBinary: keeps('raw'),
  }
}

type Entry = { Id: string }
type BatchAnswer = { Successful?: object[]; Failed?: object[] }

async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  let body = Buffer.concat(chunks)
  const isBatch = request.headers['x-amz-target'] === 'AmazonSQS.SendMessageBatch'
  const refused: Entry[] = []
  if (isBatch) {
    const input = JSON.parse(body.toString('utf8')) as { Entries: Entry[] }
    const kept = input.Entries.filter((entry) => {
      if (chance()) refused.push(entry)
      else return true
      return false
    })
    // An empty batch is an error of its own: one entry always passes.
    const passed = kept.length > 0 ? kept : refused.splice(0, 1)
    body = Buffer.from(JSON.stringify({ ...input, Entries: passed }))
  }
  const {
    host: _,
    'content-length': __,
    connection: ___,
    'transfer-encoding': ____,
    ...headers
  } = request.headers
  const answer = await fetch(`http://127.0.0.1:${server.port}${request.url}`, {
    method: request.method ?? 'POST',
    headers: Object.entries(headers).map(([k, v]): [string, string] => [k, String(v)]),
    body,
  })
  let text = await answer.text()
  if (isBatch && answer.ok && refused.length > 0) {
    const output = JSON.parse(text) as BatchAnswer
    const failed = refused.map((e) => ({
      Id: e.Id,
      SenderFault: false,
      Code: 'InternalError',
      Message: 'refused by the bench',
    }))
    text = JSON.stringify({ ...output, Failed: [...(output.Failed ?? []), ...failed] })
  }
  response.writeHead(answer.status, {
    'content-type': answer.headers.get('content-type') ?? 'application/x-amz-json-1.0',
  })
  response.end(text)
}
