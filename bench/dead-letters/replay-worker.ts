import { setTimeout as sleep } from 'node:timers/promises'
import { sqsClient } from '@lean-ops/common/aws/clients'
import { connectDatabase } from '@lean-ops/common/control-plane/connect'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { deadLetterQueue } from '@lean-ops/pipeline/ingest/dead-letter-queue'
import { fakeJobPorts } from '@lean-ops/pipeline/operations/jobs/testing/fake-job-ports'
import { loadBodyFrom } from '@lean-ops/pipeline/operations/load-body'
import { runSlice } from '@lean-ops/pipeline/operations/run-slice'

// One worker process, as Lambda would run it: slices of one operation until everything is sent. Prints what it took.
const [operationId = '', topicsJson = '{}', leaseSeconds = '30'] = process.argv.slice(2)
const { db, close } = await connectDatabase(process.env, { applicationName: 'bench-worker', max: 2 })
const sqs = sqsClient()
const registry = createTopicRegistry(JSON.parse(topicsJson))
const noArchive = async (): Promise<never> => {
  throw new Error('bodies of the bench are inline')
}

const rss = (): number => process.memoryUsage.rss() / 1_048_576
const started = performance.now()
const startCpu = process.cpuUsage()
const startMegabytes = rss()
const samples: number[] = []
const sampler = setInterval(() => samples.push(rss()), 100)

for (;;) {
  const sliceEnds = Date.now() + 60_000
  const remainingMs = () => sliceEnds - Date.now()
  const next = await runSlice(operationId, {
    db,
    registry,
    jobs: fakeJobPorts(),
    archiveBucket: 'none',
    lineageSecret: 'bench',
    s3: { send: noArchive },
    loadBody: loadBodyFrom({ send: noArchive }),
    send: {
      queueOf: (topic) =>
        deadLetterQueue(
          sqs,
          `${process.env.AWS_ENDPOINT_URL}/000000000000/${registry.findByTopic(topic)?.queueName}`,
        ),
      putArchive: noArchive,
      clock: { remainingMs, random: Math.random, sleep: async (ms) => void (await sleep(ms)) },
      concurrency: 16,
    },
    workerId: `bench-${process.pid}`,
    leaseSeconds: Number(leaseSeconds),
    globalRateMax: 1_000_000,
    remainingMs,
    sleep: async (ms) => void (await sleep(ms)),
    now: () => new Date(),
  })
  // `later` = all is sent and waits for proof, which nobody gives here; `never` right away = the lease of a dead worker still runs.
  if (next.again !== 'now') break
}
clearInterval(sampler)
const cpu = process.cpuUsage(startCpu)
console.log(
  JSON.stringify({
    seconds: (performance.now() - started) / 1_000,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    startMegabytes,
    peakMegabytes: Math.max(startMegabytes, ...samples),
    /** Median of the second tenth and of the last tenth: flat means that they agree. */
    earlyMegabytes: middle(samples.slice(Math.floor(samples.length * 0.1), Math.ceil(samples.length * 0.2))),
    lateMegabytes: middle(samples.slice(Math.floor(samples.length * 0.9))),
  }),
)
await close()

function middle(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? startMegabytes
}
