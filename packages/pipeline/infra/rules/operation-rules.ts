import type { RecordedProgram, RecordedResource } from '../testing/recorded-program.ts'
import { list, physicalName, type Rule, record, select, take, text } from './rule.ts'

const variablesOf = (fn: RecordedResource): Record<string, unknown> =>
  record(record(fn.inputs.environment).variables)

const usesDatabase = (fn: RecordedResource): boolean =>
  Object.keys(variablesOf(fn)).some((name) => name === 'DATABASE_URL' || name === 'DATABASE_SECRET_ARN')

/** Functions of ours; SST adds its own for the console (in tests a placeholder). */
const ourFunctions = (program: RecordedProgram): RecordedResource[] =>
  select(program, 'Function').filter(
    (f) =>
      physicalName(f).startsWith(`lean-ops-${program.stage}-`) &&
      !f.name.startsWith('Console') &&
      f.type.startsWith('aws:lambda/'),
  )

export const environmentSizes: Rule = {
  name: "a function's environment fits into 4 KB",
  check: (program) =>
    select(program, 'Function').flatMap((f) => {
      const size = Object.entries(variablesOf(f)).reduce(
        (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)),
        0,
      )
      return size <= 4_096 ? [] : [`${f.name}: ${size} bytes`]
    }),
  mutations: {
    'the registry as a variable': (p) => {
      variablesOf(take(p, 'Function')).TOPICS = 'x'.repeat(4_096)
    },
  },
}

export const logRetention: Rule = {
  name: 'every function has a log group of its own, and every log group forgets',
  check: (program) => [
    ...select(program, 'LogGroup')
      .filter((g) => !(Number(g.inputs.retentionInDays) > 0))
      .map((g) => `${physicalName(g)}: kept for ever`),
    ...ourFunctions(program)
      .filter((f) => {
        const group = text(record(f.inputs.loggingConfig).logGroup)
        return !select(program, 'LogGroup').some((g) => physicalName(g) === group)
      })
      .map((f) => `${f.name}: AWS would make its log group, without retention`),
  ],
  mutations: {
    'kept for ever': (p) => {
      take(p, 'LogGroup').inputs.retentionInDays = 0
    },
    'a function without one': (p) => {
      delete take(p, 'Function', 'SqsProcessorFunction').inputs.loggingConfig
    },
  },
}

const lockDaysMin = 365

export const auditIsLocked: Rule = {
  name: 'exports of the audit go to a bucket with object lock, for years',
  stages: ['production'],
  check(program) {
    const archive = select(program, 'Bucket').find((b) => b.name.startsWith('Archive'))
    const worker = select(program, 'Function').find((f) => f.name === 'OperationsWorkerFunction')
    const days = worker === undefined ? 0 : Number(variablesOf(worker).AUDIT_LOCK_DAYS ?? 0)
    return [
      ...(archive?.inputs.objectLockEnabled === true ? [] : ['the archive has no object lock']),
      ...(days >= lockDaysMin ? [] : [`exports are locked for ${days} days`]),
    ]
  },
  mutations: {
    'a bucket without lock': (p) => {
      delete take(p, 'Bucket', 'ArchiveBucket').inputs.objectLockEnabled
    },
    'a day': (p) => {
      variablesOf(take(p, 'Function', 'OperationsWorkerFunction')).AUDIT_LOCK_DAYS = '1'
    },
  },
}

export const databaseConnections: Rule = {
  name: 'functions together use at most 60 % of the database connections',
  stages: ['production'],
  check(program) {
    const functions = ourFunctions(program).filter(usesDatabase)
    const [group] = select(program, 'ClusterParameterGroup')
    const max = list(group?.inputs.parameters)
      .map(record)
      .find((p) => p.name === 'max_connections')
    const limit = 0.6 * Number(max?.value)
    // The sampler holds two, to count while it reads; every other function one.
    const sum = functions.reduce(
      (total, f) =>
        total +
        Number(f.inputs.reservedConcurrentExecutions ?? Number.NaN) * (f.name === 'SamplerFunction' ? 2 : 1),
      0,
    )
    return [
      ...functions
        .filter((f) => f.inputs.reservedConcurrentExecutions === undefined)
        .map((f) => `${f.name}: no reserved concurrency, so any number of connections`),
      ...(sum <= limit ? [] : [`${sum} connections, allowed ${limit}`]),
    ]
  },
  mutations: {
    'a smaller database': (p) => {
      take(p, 'ClusterParameterGroup').inputs.parameters = [{ name: 'max_connections', value: '100' }]
    },
    'the default of Aurora': (p) => {
      take(p, 'ClusterParameterGroup').inputs.parameters = []
    },
    'a function without a limit': (p) => {
      delete take(p, 'Function', 'ApiFunction').inputs.reservedConcurrentExecutions
    },
  },
}

export const databaseInVpc: Rule = {
  name: 'what uses the database is in its VPC, and the database is reachable from nowhere else',
  stages: ['production'],
  check: (program) => [
    ...ourFunctions(program)
      .filter((f) => usesDatabase(f) && list(record(f.inputs.vpcConfig).subnetIds).length === 0)
      .map((f) => `${f.name}: not in the VPC`),
    ...select(program, 'ClusterInstance')
      .filter((i) => i.inputs.publiclyAccessible === true)
      .map((i) => `${i.name}: public`),
  ],
  mutations: {
    'a function outside': (p) => {
      delete take(p, 'Function', 'ApiFunction').inputs.vpcConfig
    },
    'a public instance': (p) => {
      take(p, 'ClusterInstance').inputs.publiclyAccessible = true
    },
  },
}

export const migratedFirst: Rule = {
  name: 'no function changes before the migration has run',
  check: (program) =>
    program.resources
      .filter((r) => r.type === 'sst:aws:Function' && r.name !== 'Migrate' && !r.name.startsWith('Console'))
      .filter((r) => !r.dependsOn.some((d) => d.endsWith('::Migration')))
      .map((r) => `${r.name}: does not wait for the migration`),
  mutations: {
    'a function that does not wait': (p) => {
      const fn = p.resources.find((r) => r.type === 'sst:aws:Function' && r.name === 'Api')
      if (fn === undefined) throw new Error('nothing to mutate: no Api')
      fn.dependsOn = []
    },
  },
}

/** Types whose loss cannot be deployed away. */
const precious = [
  'Bucket',
  'Queue',
  'Key',
  'CatalogDatabase',
  'Cluster',
  'FirehoseDeliveryStream',
  'UserPool',
  'Secret',
]

export const dataIsKept: Rule = {
  name: 'in production neither a changed program nor a removal deletes data',
  stages: ['production'],
  check: (program) => [
    ...precious.flatMap((kind) =>
      select(program, kind)
        .filter((r) => !r.protect)
        .map((r) => `${r.name}: not protected`),
    ),
    ...select(program, 'Bucket')
      .filter((b) => b.inputs.forceDestroy === true)
      .map((b) => `${b.name}: emptied when removed`),
    ...select(program, 'Cluster').flatMap((c) => [
      ...(c.inputs.deletionProtection === true ? [] : [`${c.name}: no deletion protection`]),
      ...(Number(c.inputs.backupRetentionPeriod) >= 7
        ? []
        : [`${c.name}: backups are kept for less than a week`]),
      ...(c.inputs.storageEncrypted === true ? [] : [`${c.name}: not encrypted`]),
    ]),
  ],
  mutations: {
    'a bucket that may go': (p) => {
      take(p, 'Bucket').protect = false
    },
    'a bucket that is emptied': (p) => {
      take(p, 'Bucket').inputs.forceDestroy = true
    },
    'a key that may go': (p) => {
      take(p, 'Key').protect = false
    },
    'a database without backups': (p) => {
      take(p, 'Cluster').inputs.backupRetentionPeriod = 1
    },
  },
}

export const fixedNames: Rule = {
  name: "names fit AWS's limits: functions 64 characters, queues 80",
  check: (program) => [
    ...ourFunctions(program)
      .filter((f) => physicalName(f).length > 64)
      .map((f) => physicalName(f)),
    ...select(program, 'Queue')
      .filter((q) => physicalName(q).length > 80 || !/^[\w-]+$/.test(physicalName(q)))
      .map((q) => physicalName(q)),
  ],
  mutations: {
    'a long queue name': (p) => {
      take(p, 'Queue').inputs.name = `lean-ops-${'x'.repeat(80)}`
    },
    'a long function name': (p) => {
      take(p, 'Function', 'ApiFunction').inputs.name = `lean-ops-${p.stage}-${'x'.repeat(64)}`
    },
  },
}
