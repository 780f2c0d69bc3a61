import type { RecordedProgram, RecordedResource } from '../testing/recorded-program.ts'
import { list, physicalName, type Rule, record, select, take, text } from './rule.ts'

const nameOfArn = (arn: unknown): string => text(arn).split(':').at(-1) ?? ''

const queueOf = (program: RecordedProgram, mapping: RecordedResource): RecordedResource | undefined =>
  select(program, 'Queue').find((q) => physicalName(q) === nameOfArn(mapping.inputs.eventSourceArn))

const functionOf = (program: RecordedProgram, mapping: RecordedResource): RecordedResource | undefined =>
  select(program, 'Function').find((f) => physicalName(f) === nameOfArn(mapping.inputs.functionName))

export const partialResponses: Rule = {
  name: 'every mapping reports which messages failed',
  check: (program) =>
    select(program, 'EventSourceMapping')
      .filter((m) => !list(m.inputs.functionResponseTypes).includes('ReportBatchItemFailures'))
      .map((m) => `${m.name}: one bad message would bring its whole batch again`),
  mutations: {
    'a mapping without it': (p) => {
      delete take(p, 'EventSourceMapping').inputs.functionResponseTypes
    },
  },
}

export const visibility: Rule = {
  name: 'a message is hidden for six times the timeout of the function that has it',
  check: (program) =>
    select(program, 'EventSourceMapping').flatMap((m) => {
      const queue = queueOf(program, m)
      const fn = functionOf(program, m)
      if (!queue || !fn) return [`${m.name}: it joins a queue and a function that are not in the program`]
      const hidden = Number(queue.inputs.visibilityTimeoutSeconds)
      const needed = 6 * Number(fn.inputs.timeout)
      return hidden >= needed ? [] : [`${m.name}: hidden for ${hidden} s, less than ${needed} s`]
    }),
  mutations: {
    'a longer timeout': (p) => {
      const fn = take(p, 'Function', 'SqsProcessorFunction')
      fn.inputs.timeout = Number(fn.inputs.timeout) + 1
    },
    'a shorter visibility': (p) => {
      take(p, 'Queue').inputs.visibilityTimeoutSeconds = 30
    },
    'a queue that is gone': (p) => {
      p.resources.splice(p.resources.indexOf(take(p, 'Queue')), 1)
    },
  },
}

export const concurrency: Rule = {
  name: 'the mappings of a function never want more copies of it than are reserved',
  check(program) {
    const wanted = new Map<string, number>()
    const faults: string[] = []
    for (const m of select(program, 'EventSourceMapping')) {
      const max = Number(record(m.inputs.scalingConfig).maximumConcurrency)
      const name = nameOfArn(m.inputs.functionName)
      if (!(max >= 2)) faults.push(`${m.name}: no MaximumConcurrency of at least 2`)
      wanted.set(name, (wanted.get(name) ?? 0) + (max || 0))
    }
    for (const [name, sum] of wanted) {
      const reserved = select(program, 'Function').find((f) => physicalName(f) === name)?.inputs
        .reservedConcurrentExecutions
      if (!(sum <= Number(reserved))) faults.push(`${name}: mappings want ${sum}, reserved ${reserved}`)
    }
    return faults
  },
  mutations: {
    'one copy less': (p) => {
      const fn = take(p, 'Function', 'SqsProcessorFunction')
      fn.inputs.reservedConcurrentExecutions = Number(fn.inputs.reservedConcurrentExecutions) - 1
    },
    'a mapping without a limit': (p) => {
      delete take(p, 'EventSourceMapping').inputs.scalingConfig
    },
    'nothing reserved': (p) => {
      delete take(p, 'Function', 'SqsProcessorFunction').inputs.reservedConcurrentExecutions
    },
  },
}

export const pausesSurvive: Rule = {
  name: 'a deploy neither resumes a paused topic nor keeps an old limit of its mapping',
  check: (program) =>
    select(program, 'EventSourceMapping')
      .filter((m) => m.name.startsWith('Topic_'))
      .flatMap((m) => [
        ...(m.ignoreChanges.includes('enabled') ? [] : [`${m.name}: a deploy would resume it`]),
        ...(m.ignoreChanges.includes('scalingConfig') ? [`${m.name}: its limit would outlive the plan`] : []),
      ]),
  mutations: {
    'a deploy that resumes': (p) => {
      topicMapping(p).ignoreChanges = []
    },
    'a limit that stays': (p) => {
      topicMapping(p).ignoreChanges = ['enabled', 'scalingConfig']
    },
  },
}

function topicMapping(program: RecordedProgram): RecordedResource {
  const mapping = select(program, 'EventSourceMapping').find((m) => m.name.startsWith('Topic_'))
  if (mapping === undefined) throw new Error('nothing to mutate: no mapping of a topic')
  return mapping
}

/** Queues that others redrive into, by physical name. */
const redriveTargets = (program: RecordedProgram): Map<string, number> => {
  const targets = new Map<string, number>()
  for (const q of select(program, 'Queue')) {
    const policy = record(JSON.parse(text(q.inputs.redrivePolicy) || '{}'))
    if (policy.deadLetterTargetArn !== undefined)
      targets.set(nameOfArn(policy.deadLetterTargetArn), Number(policy.maxReceiveCount))
  }
  return targets
}

export const deadLetterPath: Rule = {
  name: 'every queue has a dead-letter path, and it ends where nothing is consumed',
  check(program) {
    const queues = select(program, 'Queue')
    const names = new Set(queues.map(physicalName))
    const targets = redriveTargets(program)
    const consumed = new Set(
      select(program, 'EventSourceMapping').map((m) => nameOfArn(m.inputs.eventSourceArn)),
    )
    return queues.flatMap((q) => {
      const name = physicalName(q)
      const policy = record(JSON.parse(text(q.inputs.redrivePolicy) || '{}'))
      if (policy.deadLetterTargetArn === undefined) {
        if (!targets.has(name)) return [`${name}: no redrive policy`]
        return consumed.has(name) ? [`${name}: consumed, and without a redrive policy of its own`] : []
      }
      const target = nameOfArn(policy.deadLetterTargetArn)
      const receives = Number(policy.maxReceiveCount)
      return [
        ...(names.has(target) ? [] : [`${name}: redrives to ${target}, which is not in the program`]),
        ...(receives >= 10 && receives <= 1_000 ? [] : [`${name}: maxReceiveCount ${receives}`]),
      ]
    })
  },
  mutations: {
    'a topic queue without redrive': (p) => {
      delete take(p, 'Queue').inputs.redrivePolicy
    },
    'a redrive into nowhere': (p) => {
      take(p, 'Queue').inputs.redrivePolicy =
        '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:0:gone","maxReceiveCount":10}'
    },
    'given up after the third receive': (p) => {
      const queue = take(p, 'Queue')
      queue.inputs.redrivePolicy = text(queue.inputs.redrivePolicy).replace(
        /"maxReceiveCount":\d+/,
        '"maxReceiveCount":3',
      )
    },
    'the DLQ without its own': (p) => {
      delete take(p, 'Queue', 'Dlq').inputs.redrivePolicy
      take(p, 'EventSourceMapping').inputs.eventSourceArn = `arn:aws:sqs:us-east-1:0:lean-ops-${p.stage}-dlq`
    },
  },
}

export const deadLetterAlarms: Rule = {
  name: 'every dead-letter queue has an alarm that tells someone',
  check(program) {
    const alarmed = new Set(
      select(program, 'MetricAlarm')
        .filter((a) => list(a.inputs.alarmActions).length > 0)
        .map((a) => text(record(a.inputs.dimensions).QueueName)),
    )
    return [...redriveTargets(program).keys()]
      .filter((name) => !alarmed.has(name))
      .map((name) => `${name}: no alarm`)
  },
  mutations: {
    'an alarm that tells nobody': (p) => {
      take(p, 'MetricAlarm', 'DlqAlarm').inputs.alarmActions = []
    },
    'an alarm less': (p) => {
      p.resources.splice(p.resources.indexOf(take(p, 'MetricAlarm', 'LastStop0Alarm')), 1)
    },
  },
}

export const fewResourcesPerTopic: Rule = {
  name: 'a topic costs at most three resources',
  check: (program) => {
    const perTopic = program.resources.filter((r) => r.name.startsWith('Topic_')).length / program.topics
    // Whatever is shared does not grow: the room that is left is for new parts of the program, not for one per topic.
    const shared = program.resources.filter((r) => r.custom && !r.name.startsWith('Topic_')).length
    return [
      ...(perTopic <= 3 ? [] : [`${perTopic} resources per topic`]),
      ...(shared <= 350 ? [] : [`${shared} resources that belong to no topic: some grow with the topics`]),
    ]
  },
  mutations: {
    'an alarm per topic, twice': (p) => {
      const topics = select(p, 'Queue').filter((q) => q.name.startsWith('Topic_'))
      for (const q of topics)
        for (const kind of ['Age', 'Depth'])
          p.resources.push({
            ...q,
            type: 'aws:cloudwatch/metricAlarm:MetricAlarm',
            name: `${q.name}_${kind}`,
          })
    },
  },
}
