import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { failAll, type Reading } from './reading.ts'

/** GetMetricData takes 500 queries; each metric is billed, so it is asked only where messages wait. */
const queriesMax = 500
/** SQS publishes once a minute and late; older values are not the present. */
const windowMs = 5 * 60_000

type Deps = {
  cloudWatch: Pick<CloudWatchClient, 'send'>
  queueName: (topic: string) => string
  now: () => Date
  signal: AbortSignal
}

/** Age in seconds of the oldest message of each topic; null where CloudWatch has no value of the last five minutes. */
export async function readOldestAges(
  deps: Deps,
  topics: readonly string[],
): Promise<Reading<number | null>[]> {
  const readings: Reading<number | null>[] = []
  for (let from = 0; from < topics.length; from += queriesMax) {
    const page = topics.slice(from, from + queriesMax)
    try {
      const ages = await readPage(deps, page)
      for (const [index, topic] of page.entries())
        readings.push({ topic, ok: true, at: deps.now(), value: ages.get(`q${index}`) ?? null })
    } catch (fault) {
      readings.push(...failAll(page, deps.now(), fault))
    }
  }
  return readings
}

async function readPage(deps: Deps, topics: readonly string[]): Promise<Map<string, number>> {
  const now = deps.now()
  const answer = await deps.cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now.getTime() - windowMs),
      EndTime: now,
      ScanBy: 'TimestampDescending',
      MetricDataQueries: topics.map((topic, index) => ({
        Id: `q${index}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/SQS',
            MetricName: 'ApproximateAgeOfOldestMessage',
            Dimensions: [{ Name: 'QueueName', Value: deps.queueName(topic) }],
          },
          Period: 60,
          Stat: 'Maximum',
        },
      })),
    }),
    { abortSignal: deps.signal },
  )
  const ages = new Map<string, number>()
  for (const { Id: id, Values: values } of answer.MetricDataResults ?? []) {
    const newest = values?.[0]
    if (id !== undefined && newest !== undefined) ages.set(id, Math.round(newest))
  }
  return ages
}
