import type { Keys } from './keys.ts'
import type { Queues } from './queues.ts'
import type { Stage } from './stage.ts'

type Alarm = Pick<
  aws.cloudwatch.MetricAlarmArgs,
  'namespace' | 'metricName' | 'dimensions' | 'statistic' | 'threshold' | 'alarmDescription'
> & {
  periodSeconds?: number
  periods?: number
  onMissing?: 'breaching' | 'notBreaching'
  whenBelow?: boolean
}

type Watched = {
  queues: Queues
  streams: aws.kinesis.FirehoseDeliveryStream[]
  machine: aws.sfn.StateMachine
}

/**
 * Alarms of the fleet, never of a topic: what concerns one topic is an alert in the console (per-topic alarms for 700
 * topics would cost more than the pipeline). These say that the machinery itself stands still.
 */
export function createMonitoring(
  stage: Stage,
  keys: Keys,
  { queues, streams, machine }: Watched,
  functions: Record<string, sst.aws.Function>,
): aws.sns.Topic {
  const topic = new aws.sns.Topic('Alarms', {
    name: `${stage.prefix}-alarms`,
    kmsMasterKeyId: keys.control.arn,
  })
  const email = process.env.LEAN_OPS_ALARM_EMAIL
  if (email)
    new aws.sns.TopicSubscription('AlarmsByMail', { topic: topic.arn, protocol: 'email', endpoint: email })
  const alarm = (logicalName: string, name: string, a: Alarm): void => {
    new aws.cloudwatch.MetricAlarm(`${logicalName}Alarm`, {
      name: `${stage.prefix}-${name}`,
      alarmDescription: a.alarmDescription,
      namespace: a.namespace,
      metricName: a.metricName,
      dimensions: a.dimensions,
      statistic: a.statistic,
      period: a.periodSeconds ?? 300,
      evaluationPeriods: a.periods ?? 1,
      threshold: a.threshold,
      comparisonOperator: a.whenBelow ? 'LessThanThreshold' : 'GreaterThanThreshold',
      treatMissingData: a.onMissing ?? 'notBreaching',
      alarmActions: [topic.arn],
      okActions: [topic.arn],
    })
  }
  queueAlarms(queues, alarm)
  for (const [index, stream] of streams.entries()) streamAlarms(index, stream, alarm)
  runAlarms(machine, alarm)
  for (const [name, fn] of Object.entries(functions)) functionAlarms(name, fn, alarm)
  return topic
}

type CreateAlarm = (logicalName: string, name: string, alarm: Alarm) => void

function queueAlarms(queues: Queues, alarm: CreateAlarm): void {
  const drained = {
    Dlq: queues.dlq,
    Outcomes: queues.outcomes,
    Operations: queues.operations,
    ErrorObjects: queues.errorObjects,
  }
  for (const [name, queue] of Object.entries(drained))
    alarm(name, `${kebab(name)}-age`, {
      alarmDescription: `${name}: messages wait. Its function fails, is throttled, or the database is down.`,
      namespace: 'AWS/SQS',
      metricName: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: queue.name },
      statistic: 'Maximum',
      // Two retries by visibility of the slowest consumer fit into a quarter of an hour.
      threshold: 900,
      periods: 3,
    })
  for (const [index, queue] of queues.lastStops.entries())
    alarm(`LastStop${index}`, `last-stop-${index}`, {
      alarmDescription:
        'A message was given up after a thousand tries. Nothing consumes this queue: a person must look.',
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: queue.name },
      statistic: 'Maximum',
      threshold: 0,
    })
}

function streamAlarms(index: number, stream: aws.kinesis.FirehoseDeliveryStream, alarm: CreateAlarm): void {
  const base = { namespace: 'AWS/Firehose', dimensions: { DeliveryStreamName: stream.name } }
  alarm(`Freshness${index}`, `raw-${index}-freshness`, {
    ...base,
    alarmDescription: 'The oldest record in Firehose is older than an hour; after 24 hours it would be lost.',
    metricName: 'DeliveryToIceberg.DataFreshness',
    statistic: 'Maximum',
    threshold: 3_600,
  })
  alarm(`FailedRows${index}`, `raw-${index}-failed-rows`, {
    ...base,
    alarmDescription:
      'Rows could not be written to Iceberg. They are in the error prefix and become dead letters.',
    metricName: 'DeliveryToIceberg.FailedRowCount',
    statistic: 'Sum',
    threshold: 0,
  })
  alarm(`Throttled${index}`, `raw-${index}-throttled`, {
    ...base,
    alarmDescription: 'Firehose refuses records. Ask for a higher quota or set LEAN_OPS_RAW_STREAMS.',
    metricName: 'ThrottledRecords',
    statistic: 'Sum',
    threshold: 0,
    periods: 3,
  })
}

/** A single failed run is an alert in the console; one after the other means that nothing gets through. */
function runAlarms(machine: aws.sfn.StateMachine, alarm: CreateAlarm): void {
  const base = { namespace: 'AWS/States', dimensions: { StateMachineArn: machine.arn }, statistic: 'Sum' }
  alarm('RunsFailed', 'runs-failed', {
    ...base,
    alarmDescription:
      'Runs of the pipeline fail one after the other; System and Runs in the console say why.',
    metricName: 'ExecutionsFailed',
    threshold: 0,
    periods: 3,
  })
  alarm('RunsTimedOut', 'runs-timed-out', {
    ...base,
    alarmDescription: 'A run took more than its twelve hours.',
    metricName: 'ExecutionsTimedOut',
    threshold: 0,
  })
  alarm('CdeSpikes', 'cde-spikes', {
    namespace: 'LeanOps',
    dimensions: { service: 'pipeline-run' },
    statistic: 'Sum',
    alarmDescription:
      'A pass refused more rows than its contract allows. The log of settle-passes and the finding name the topic; with onSpike: hold the pass waits.',
    metricName: 'CdeSpikes',
    threshold: 0,
  })
}

function functionAlarms(name: string, fn: sst.aws.Function, alarm: CreateAlarm): void {
  const base = { namespace: 'AWS/Lambda', dimensions: { FunctionName: fn.name }, statistic: 'Sum' }
  alarm(`${name}Errors`, `${kebab(name)}-errors`, {
    ...base,
    alarmDescription: `${name} fails as a whole, again and again. Single messages that fail never count here.`,
    metricName: 'Errors',
    threshold: 0,
    periods: 3,
  })
  alarm(`${name}Throttles`, `${kebab(name)}-throttles`, {
    ...base,
    alarmDescription: `${name} meets its concurrency limit.`,
    metricName: 'Throttles',
    threshold: 0,
    periods: 3,
  })
  // What keeps the board true, and the data moving, must itself be watched: silence is the failure.
  const silence = silences[name]
  if (silence !== undefined)
    alarm(`${name}Silent`, `${kebab(name)}-silent`, {
      ...base,
      alarmDescription: silence,
      metricName: 'Invocations',
      threshold: 1,
      whenBelow: true,
      onMissing: 'breaching',
    })
}

const silences: Partial<Record<string, string>> = {
  Sampler: 'The sampler does not run: every page shows its last, ageing sample.',
  Dispatcher: 'The dispatcher does not run: no topic is processed beyond RAW.',
}

const kebab = (name: string): string => name.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
