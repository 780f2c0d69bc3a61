import type { RecordedProgram } from '../testing/recorded-program.ts'
import { isBoundToAccount, listPolicyDocuments, type Statement } from './policy-documents.ts'
import { list, physicalName, type Rule, record, select, take, text } from './rule.ts'

/** Statements that may use a star where others may not: who, what, why. */
const exceptions: { owner: RegExp; actions: RegExp; why: string }[] = [
  {
    owner: /Key$/,
    actions: /^kms:\*$/,
    why: 'the account root in a key policy: without it IAM does not count and a key can be locked out for ever',
  },
  {
    owner: /^SamplerRole$/,
    actions: /^(cloudwatch:GetMetricData|lambda:ListEventSourceMappings)$/,
    why: 'AWS defines no resource for either action; both only read',
  },
  {
    owner: /^OperationsWorkerRole$/,
    actions: /^lambda:UpdateEventSourceMapping$/,
    why: 'mappings have ids of AWS; the condition names the one function whose mappings they are',
  },
  {
    owner: /^RunsPolicy$/,
    actions:
      /^(logs:(Create|Get|Update|Delete)LogDelivery|logs:ListLogDeliveries|logs:PutResourcePolicy|logs:Describe(ResourcePolicies|LogGroups)|xray:(Put(TraceSegments|TelemetryRecords)|GetSampling(Rules|Targets)))$/,
    why: 'the log deliveries and traces of a state machine have no resource in AWS',
  },
]

/** AWS-managed policies in use; each is the smallest that AWS offers for the purpose. */
const managedPolicies: Record<string, string> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': 'writes its own logs (SST attaches it)',
  'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole':
    'network interfaces of a function in the VPC',
}

/** A star at the end of a resource is allowed behind a name of this stage, or inside a bucket, database or log group of ours. */
function isOurs(resource: string, program: RecordedProgram): boolean {
  if (!resource.includes('*')) return true
  const buckets = select(program, 'Bucket').map((b) => `arn:aws:s3:::${physicalName(b)}/`)
  if (buckets.some((b) => resource.startsWith(b))) return true
  const fixed = resource.slice(0, resource.indexOf('*'))
  // Streams of a log group that is named whole: ours, or one of the two that every Glue job writes its output to.
  if (resource.endsWith(':*') && /:log-group:\/aws-glue\/jobs\/(output|error)$/.test(fixed.slice(0, -1)))
    return true
  if (resource.endsWith(':*') && fixed.endsWith(`lean-ops-${program.stage}:`)) return true
  return fixed.includes(`lean-ops-${program.stage}-`) || fixed.includes(`lean_ops_${program.stage}_`)
}

function isExcepted(owner: string, s: Statement): boolean {
  return s.actions.every((action) => exceptions.some((e) => e.owner.test(owner) && e.actions.test(action)))
}

export const noWildcards: Rule = {
  name: 'no policy allows every action or every resource, but for a short list with reasons',
  check: (program) => [
    ...listPolicyDocuments(program).flatMap((d) =>
      d.statements
        .filter((s) => s.effect === 'Allow' && !isExcepted(d.owner, s))
        // The services that a key policy names are the next rule's; there Resource * is the key itself.
        .flatMap((s) => [
          ...s.actions.filter((a) => a.includes('*')).map((a) => `${d.owner}: action ${a}`),
          ...(d.kind === 'key' ? [] : s.resources.filter((r) => !isOurs(r, program))).map(
            (r) => `${d.owner}: resource ${r} for ${s.actions.join(', ')}`,
          ),
        ]),
    ),
    ...select(program, 'Role').flatMap((r) =>
      list(r.inputs.managedPolicyArns)
        .filter((arn) => !(String(arn) in managedPolicies))
        .map((arn) => `${r.name}: ${arn}`),
    ),
  ],
  mutations: {
    'every action': (p) => allow(p, { Action: 'sqs:*', Resource: 'arn:aws:sqs:us-east-1:0:x' }),
    'every resource': (p) => allow(p, { Action: 'sqs:SendMessage', Resource: '*' }),
    "every account's queues of a name": (p) =>
      allow(p, { Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:us-east-1:000000000000:*-queue' }),
    'an administrator': (p) => {
      take(p, 'Role').inputs.managedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess']
    },
    'a star in a policy of its own': (p) => {
      take(p, 'RolePolicy').inputs.policy = JSON.stringify({
        Statement: [{ Effect: 'Allow', Action: 'glue:*', Resource: '*' }],
      })
    },
  },
}

function allow(program: RecordedProgram, statement: Record<string, unknown>): void {
  const role = take(program, 'Role', 'SqsProcessorRole')
  const [inline] = list(role.inputs.inlinePolicies).map(record)
  if (inline === undefined) throw new Error('nothing to mutate: no inline policy')
  const document = record(JSON.parse(text(inline.policy)))
  inline.policy = JSON.stringify({
    ...document,
    Statement: [...list(document.Statement), { Effect: 'Allow', ...statement }],
  })
}

/** Services that have no account to speak of when they assume a role (AWS documents no SourceAccount for them). */
const unbound = /^Service:lambda\.amazonaws\.com$/

export const confusedDeputy: Rule = {
  name: "an AWS service may use what is ours only on this account's behalf",
  check: (program) =>
    listPolicyDocuments(program).flatMap((d) =>
      d.statements
        .filter((s) => s.effect === 'Allow' && !isBoundToAccount(s))
        .flatMap((s) => s.principals)
        .filter((p) => p.startsWith('Service:') && !(d.kind === 'trust' && unbound.test(p)))
        .map((p) => `${d.owner}: ${p} for any account`),
    ),
  mutations: {
    'a key for any account': (p) => {
      const key = take(p, 'Key', 'DataKey')
      key.inputs.policy = text(key.inputs.policy).replaceAll('aws:SourceAccount', 'aws:Other')
    },
    'logs of any account': (p) => {
      const key = take(p, 'Key', 'LogsKey')
      key.inputs.policy = text(key.inputs.policy).replace(/(us-east-1:)000000000000(:log-group)/, '$1*$2')
    },
    'a queue for any account': (p) => {
      const policy = take(p, 'QueuePolicy')
      policy.inputs.policy = text(policy.inputs.policy).replaceAll('aws:SourceAccount', 'aws:Other')
    },
  },
}

/** Service principals that the key with this ARN admits to encrypt with. */
function admitted(program: RecordedProgram, keyArn: unknown): string[] | undefined {
  const key = select(program, 'Key').find((k) => text(keyArn).endsWith(`:key/${k.name}`))
  if (key === undefined) return undefined
  return listPolicyDocuments(program)
    .filter((d) => d.kind === 'key' && d.owner === key.name)
    .flatMap((d) => d.statements)
    .filter((s) => s.effect === 'Allow' && s.actions.includes('kms:GenerateDataKey'))
    .flatMap((s) => s.principals)
}

export const encryptedForItsServices: Rule = {
  name: 'queues, streams, logs and the alarm topic are encrypted by our keys, which admit the services that write to them',
  check(program) {
    const faults: string[] = []
    const need = (what: string, keyArn: unknown, services: string[]): void => {
      const principals = admitted(program, keyArn)
      if (principals === undefined) faults.push(`${what}: not encrypted by a key of ours`)
      else
        for (const service of services)
          if (!principals.includes(service)) faults.push(`${what}: its key does not admit ${service}`)
    }
    for (const q of select(program, 'Queue')) {
      const writers = select(program, 'QueuePolicy')
        .filter((p) => text(p.inputs.queueUrl).endsWith(`/${physicalName(q)}`))
        .flatMap((p) => listPolicyDocuments(program).filter((d) => d.owner === p.name))
        .flatMap((d) => d.statements.flatMap((s) => s.principals))
      need(physicalName(q), q.inputs.kmsMasterKeyId, writers)
    }
    for (const t of select(program, 'Topic'))
      need(physicalName(t), t.inputs.kmsMasterKeyId, ['Service:cloudwatch.amazonaws.com'])
    for (const g of select(program, 'LogGroup').filter((g) => !isSites(g.name)))
      need(physicalName(g), g.inputs.kmsKeyId, ['Service:logs.us-east-1.amazonaws.com'])
    for (const s of select(program, 'FirehoseDeliveryStream'))
      need(physicalName(s), record(s.inputs.serverSideEncryption).keyArn, ['Service:firehose.amazonaws.com'])
    for (const b of select(program, 'Bucket')) {
      const encryption = select(program, 'BucketServerSideEncryptionConfiguration').find(
        (e) => text(e.inputs.bucket) === physicalName(b),
      )
      const [rule] = list(encryption?.inputs.rules).map(record)
      need(physicalName(b), record(rule?.applyServerSideEncryptionByDefault).kmsMasterKeyId, [])
    }
    return faults
  },
  mutations: {
    'a queue without a key': (p) => {
      delete take(p, 'Queue').inputs.kmsMasterKeyId
    },
    "a queue under AWS's key": (p) => {
      take(p, 'Queue').inputs.kmsMasterKeyId = 'alias/aws/sqs'
    },
    'a key that keeps S3 out': (p) => {
      const key = take(p, 'Key', 'DataKey')
      key.inputs.policy = text(key.inputs.policy).replace('s3.amazonaws.com', 'ses.amazonaws.com')
    },
    'a key that keeps the alarms out': (p) => {
      const key = take(p, 'Key', 'ControlKey')
      key.inputs.policy = text(key.inputs.policy).replace('cloudwatch.amazonaws.com', 'ses.amazonaws.com')
    },
    'a log group without a key': (p) => {
      delete take(p, 'LogGroup', 'SqsProcessorLogGroup').inputs.kmsKeyId
    },
    'a bucket without a key': (p) => {
      p.resources.splice(p.resources.indexOf(take(p, 'BucketServerSideEncryptionConfiguration')), 1)
    },
  },
}

/** Log groups of the console's own server, which SST makes: they hold requests for pages, never messages. */
const isSites = (name: string): boolean => name.startsWith('Console')

export const noPublicBucket: Rule = {
  name: 'no bucket is public, and every bucket keeps old versions',
  check: (program) =>
    select(program, 'Bucket').flatMap((b) => {
      const name = physicalName(b)
      const of = (kind: string) => select(program, kind).find((r) => text(r.inputs.bucket) === name)
      const block = of('BucketPublicAccessBlock')?.inputs ?? {}
      const open = [
        'blockPublicAcls',
        'blockPublicPolicy',
        'ignorePublicAcls',
        'restrictPublicBuckets',
      ].filter((flag) => block[flag] !== true)
      const policy = of('BucketPolicy')
      const isPublic = listPolicyDocuments(program)
        .filter((d) => d.kind === 'bucket' && d.owner === policy?.name)
        .flatMap((d) => d.statements)
        .some((s) => s.effect === 'Allow' && s.principals.includes('*'))
      const isVersioned = record(of('BucketVersioning')?.inputs.versioningConfiguration).status === 'Enabled'
      return [
        ...open.map((flag) => `${name}: ${flag} is not set`),
        ...(isPublic ? [`${name}: its policy allows everyone`] : []),
        ...(isVersioned ? [] : [`${name}: not versioned`]),
      ]
    }),
  mutations: {
    'a block less': (p) => {
      take(p, 'BucketPublicAccessBlock').inputs.blockPublicPolicy = false
    },
    'a policy for everyone': (p) => {
      take(p, 'BucketPolicy').inputs.policy = JSON.stringify({
        Statement: [
          { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::x/*' },
        ],
      })
    },
    'without versions': (p) => {
      p.resources.splice(p.resources.indexOf(take(p, 'BucketVersioning')), 1)
    },
  },
}

export const policySizes: Rule = {
  name: 'policies fit: 10,240 characters of inline policies per role, 6,144 per managed policy',
  check(program) {
    // AWS counts without white space; ours has none outside values.
    const inline = new Map<string, number>()
    for (const role of select(program, 'Role'))
      inline.set(
        role.name,
        list(role.inputs.inlinePolicies).reduce<number>((sum, p) => sum + text(record(p).policy).length, 0),
      )
    for (const policy of select(program, 'RolePolicy')) {
      const role = text(policy.inputs.role).replace(/-id$/, '')
      inline.set(role, (inline.get(role) ?? 0) + text(policy.inputs.policy).length)
    }
    return [
      ...[...inline]
        .filter(([, size]) => size > 10_240)
        .map(([role, size]) => `${role}: ${size} characters inline`),
      ...select(program, 'Policy')
        .filter((p) => p.type.startsWith('aws:iam/') && text(p.inputs.policy).length > 6_144)
        .map((p) => `${p.name}: ${text(p.inputs.policy).length} characters`),
    ]
  },
  mutations: {
    'a role that names 200 queues': (p) =>
      allow(p, {
        Action: 'sqs:SendMessage',
        Resource: Array.from(
          { length: 200 },
          (_, i) => `arn:aws:sqs:us-east-1:000000000000:lean-ops-x-${i}-queue`,
        ),
      }),
    'a long policy beside it': (p) => {
      take(p, 'RolePolicy').inputs.policy = JSON.stringify({ Statement: [], Sid: 'x'.repeat(10_240) })
    },
  },
}
