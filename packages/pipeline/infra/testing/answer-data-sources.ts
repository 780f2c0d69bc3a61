type Statement = {
  sid?: string
  effect?: string
  actions?: string[]
  notActions?: string[]
  resources?: string[]
  notResources?: string[]
  principals?: { type: string; identifiers: string[] }[]
  conditions?: { test: string; variable: string; values: string[] }[]
}
type DocumentArgs = { statements?: Statement[]; sourcePolicyDocuments?: string[] }
type Answer = (inputs: Record<string, unknown>) => Record<string, unknown>

/** Answers what the AWS provider would be asked while the program runs. Pure functions of inputs, account and region. */
export function answerDataSources(account: string, region: string): Record<string, Answer> {
  return {
    'aws:index/getCallerIdentity:getCallerIdentity': () => ({
      accountId: account,
      arn: `arn:aws:iam::${account}:root`,
      userId: account,
      id: account,
    }),
    'aws:index/getRegion:getRegion': () => ({ region, name: region, id: region, description: region }),
    'aws:index/getPartition:getPartition': () => ({
      partition: 'aws',
      dnsSuffix: 'amazonaws.com',
      id: 'aws',
      reverseDnsPrefix: 'com.amazonaws',
    }),
    'aws:index/getAvailabilityZones:getAvailabilityZones': () => ({
      names: ['a', 'b', 'c'].map((zone) => region + zone),
      zoneIds: ['use1-az1', 'use1-az2', 'use1-az3'],
      id: region,
    }),
    'aws:ec2/getAmi:getAmi': () => ({ id: 'ami-00000000', imageId: 'ami-00000000', architecture: 'arm64' }),
    'aws:cloudfront/getCachePolicy:getCachePolicy': () => ({ id: 'cache-policy' }),
    'aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy': () => ({ id: 'origin-request-policy' }),
    'aws:iam/getPolicyDocument:getPolicyDocument': (inputs) => policyDocument(inputs as DocumentArgs),
  }
}

function policyDocument(args: DocumentArgs): Record<string, unknown> {
  const base = (args.sourcePolicyDocuments ?? []).flatMap((document) => JSON.parse(document).Statement)
  const json = JSON.stringify({
    Version: '2012-10-17',
    Statement: [...base, ...(args.statements ?? []).map(statement)],
  })
  // SST asks for an inline policy exactly when `statements` is set: an empty list must come back as none.
  const statements = args.statements?.length ? args.statements : undefined
  return { ...args, statements, id: 'policy', json, minifiedJson: json, version: '2012-10-17' }
}

const one = (values: string[]): string | string[] => (values.length === 1 ? (values[0] ?? '') : values)

function statement(s: Statement): Record<string, unknown> {
  return {
    ...(s.sid ? { Sid: s.sid } : {}),
    Effect: s.effect ?? 'Allow',
    ...(s.actions ? { Action: one(s.actions) } : {}),
    ...(s.notActions ? { NotAction: one(s.notActions) } : {}),
    ...(s.resources ? { Resource: one(s.resources) } : {}),
    ...(s.notResources ? { NotResource: one(s.notResources) } : {}),
    ...(s.principals?.length ? { Principal: principals(s.principals) } : {}),
    ...(s.conditions?.length ? { Condition: conditions(s.conditions) } : {}),
  }
}

function principals(list: NonNullable<Statement['principals']>): unknown {
  if (list.some((p) => p.type === '*')) return '*'
  return Object.fromEntries(list.map((p) => [p.type, one(p.identifiers)]))
}

function conditions(list: NonNullable<Statement['conditions']>): Record<string, Record<string, unknown>> {
  const out: Record<string, Record<string, unknown>> = {}
  for (const c of list) out[c.test] = { ...out[c.test], [c.variable]: one(c.values) }
  return out
}
