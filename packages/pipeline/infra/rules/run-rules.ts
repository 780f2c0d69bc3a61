import { leaseSeconds } from '../../src/runs/lease-seconds.ts'
import { lintMachine } from '../../src/state-machine/lint-machine.ts'
import type { RecordedProgram } from '../testing/recorded-program.ts'
import { listPolicyDocuments } from './policy-documents.ts'
import { list, physicalName, type Rule, record, select, take, text } from './rule.ts'

type Machine = Parameters<typeof lintMachine>[0]

const definitionOf = (program: RecordedProgram): Machine =>
  JSON.parse(text(take(program, 'StateMachine', 'PipelineRun').inputs.definition))

/** Changes the definition of the one state machine. */
function redefine(program: RecordedProgram, change: (states: Machine['States']) => void): void {
  const machine = take(program, 'StateMachine', 'PipelineRun')
  const definition = definitionOf(program)
  change(definition.States)
  machine.inputs.definition = JSON.stringify(definition)
}

export const validMachines: Rule = {
  name: 'state machines are valid, catch everything, log and trace',
  check: (program) =>
    select(program, 'StateMachine').flatMap((m) => [
      ...lintMachine(JSON.parse(text(m.inputs.definition))),
      ...(text(m.inputs.definition).length < 100_000 ? [] : [`${m.name}: a definition that grows`]),
      ...(['ERROR', 'ALL'].includes(text(record(m.inputs.loggingConfiguration).level))
        ? []
        : [`${m.name}: no log`]),
      ...(record(m.inputs.tracingConfiguration).enabled === true ? [] : [`${m.name}: no traces`]),
    ]),
  mutations: {
    'a job that nobody catches': (p) => redefine(p, (s) => delete s.RunCurationJob?.Catch),
    'a way to nowhere': (p) => redefine(p, (s) => Object.assign(s.Loop ?? {}, { Next: 'Nowhere' })),
    'an expression that does not compile': (p) =>
      redefine(p, (s) => Object.assign(s.Loop ?? {}, { Assign: { round: '{% $round + %}' } })),
    'a topic each in the definition': (p) =>
      redefine(p, (s) => {
        for (let n = 0; n < 2_000; n++) s[`Topic${n}`] = { ...s.Loop }
      }),
    'a silent machine': (p) => {
      take(p, 'StateMachine').inputs.loggingConfiguration = { level: 'OFF' }
    },
  },
}

export const jobsEnd: Rule = {
  name: 'a job ends before its task does, and both before the lease; Glue retries nothing by itself',
  check(program) {
    const { States } = definitionOf(program)
    const jobs = new Map(select(program, 'Job').map((j) => [physicalName(j), j]))
    const tasks = Object.entries(States).filter(([, s]) => text(s.Resource).includes(':glue:'))
    return [
      ...tasks.flatMap(([name, task]) => {
        const job = jobs.get(text(record(task.Arguments).JobName))
        if (job === undefined) return [`${name}: no such job in the program`]
        const minutes = Number(job.inputs.timeout)
        const taskSeconds = Number(task.TimeoutSeconds)
        return [
          ...(minutes * 60 < taskSeconds
            ? []
            : [`${job.name}: ${minutes} minutes, its task waits ${taskSeconds} s`]),
          ...(taskSeconds < leaseSeconds / 2 ? [] : [`${name}: longer than half a lease`]),
        ]
      }),
      ...select(program, 'Job').flatMap((j) =>
        Number(j.inputs.maxRetries ?? 0) === 0 ? [] : [`${j.name}: retries`],
      ),
    ]
  },
  mutations: {
    'a job of two hours': (p) => {
      take(p, 'Job', 'CuratedJob').inputs.timeout = 120
    },
    'a task of four hours': (p) =>
      redefine(p, (s) => Object.assign(s.RunSemanticJob ?? {}, { TimeoutSeconds: 14_400 })),
    'retries by Glue': (p) => {
      take(p, 'Job').inputs.maxRetries = 2
    },
    'a job under another name': (p) => {
      take(p, 'Job', 'SemanticJob').inputs.name = 'other'
    },
  },
}

export const jobsKeepToTheirLayer: Rule = {
  name: 'a job has a role of its own and writes to its layer only; RAW is compacted and expired by maintenance alone',
  check(program) {
    const roles = select(program, 'Job').map((j) => text(j.inputs.roleArn))
    const documents = listPolicyDocuments(program).filter((d) => /JobPolicy$/.test(d.owner))
    return [
      ...(new Set(roles).size === roles.length ? [] : ['two jobs share a role']),
      ...documents.flatMap((d) =>
        d.statements
          .filter((s) => s.actions.some((a) => a === 's3:PutObject' || a === 's3:DeleteObject'))
          .flatMap((s) => s.resources)
          .filter(
            (r) => (/\/raw\/\*$/.test(r) && d.owner !== 'MaintenanceJobPolicy') || /-lake[^/]*\/\*$/i.test(r),
          )
          .map((r) => `${d.owner}: may write ${r}`),
      ),
    ]
  },
  mutations: {
    'one role for two jobs': (p) => {
      take(p, 'Job', 'SemanticJob').inputs.roleArn = take(p, 'Job', 'CuratedJob').inputs.roleArn
    },
    'a rebuild that writes RAW': (p) => {
      const policy = take(p, 'RolePolicy', 'RebuildJobPolicy')
      policy.inputs.policy = text(policy.inputs.policy).replace('/raw/*/metadata/*', '/raw/*')
    },
    'a job that writes RAW': (p) => {
      const policy = take(p, 'RolePolicy', 'CuratedJobPolicy')
      policy.inputs.policy = text(policy.inputs.policy).replace('/raw/*/metadata/*', '/raw/*')
    },
  },
}

const badEnds = ['FAILED', 'TIMED_OUT', 'ABORTED']

export const runsArePutAway: Rule = {
  name: 'every bad end of an execution reaches the function that puts it away',
  check(program) {
    const rule = select(program, 'EventRule').find((r) => r.name === 'RunEnded')
    const pattern = record(record(JSON.parse(text(rule?.inputs.eventPattern) || '{}')).detail)
    const target = select(program, 'EventTarget').find(
      (t) => text(t.inputs.rule) === physicalName(rule ?? take(program, 'EventRule')),
    )
    const permission = select(program, 'Permission').find((p) => p.name === 'RunEndedPermission')
    return [
      ...badEnds.filter((s) => !list(pattern.status).includes(s)).map((s) => `${s} is not listened to`),
      ...(list(pattern.stateMachineArn).length === 1
        ? []
        : ['listens to every state machine of the account']),
      ...(text(target?.inputs.arn).includes('release-run') || text(target?.inputs.arn).includes('ReleaseRun')
        ? []
        : ['nobody is told']),
      ...(text(permission?.inputs.sourceArn) === '' ? ['any rule may call it'] : []),
    ]
  },
  mutations: {
    'stopped runs unheard': (p) => {
      const rule = take(p, 'EventRule', 'RunEnded')
      rule.inputs.eventPattern = text(rule.inputs.eventPattern).replace('"ABORTED"', '"SUCCEEDED"')
    },
    'no target': (p) => {
      p.resources.splice(p.resources.indexOf(take(p, 'EventTarget')), 1)
    },
    'any rule may call': (p) => {
      delete take(p, 'Permission', 'RunEndedPermission').inputs.sourceArn
    },
  },
}

export const dispatched: Rule = {
  name: 'the dispatcher runs every minute, one at a time',
  check(program) {
    const schedule = select(program, 'Schedule').find((s) => s.name === 'DispatcherSchedule')
    const dispatcher = select(program, 'Function').find((f) => f.name === 'DispatcherFunction')
    return [
      ...(schedule?.inputs.scheduleExpression === 'rate(1 minute)' ? [] : ['not every minute']),
      ...(dispatcher?.inputs.reservedConcurrentExecutions === 1 ? [] : ['more than one at once']),
      ...(Number(dispatcher?.inputs.timeout) < 60 ? [] : ['it may last longer than its minute']),
    ]
  },
  mutations: {
    'once an hour': (p) => {
      take(p, 'Schedule', 'DispatcherSchedule').inputs.scheduleExpression = 'rate(1 hour)'
    },
    'two at once': (p) => {
      take(p, 'Function', 'DispatcherFunction').inputs.reservedConcurrentExecutions = 2
    },
  },
}
