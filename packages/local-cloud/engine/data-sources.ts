type Inputs = Readonly<Record<string, unknown>>

/**
 * Answers for the data sources a program may ask for. Pure functions of their inputs, the account and the region.
 * @throws Error naming the data source when it has no answer.
 */
export function answerDataSource(
  token: string,
  inputs: Inputs,
  place: { account: string; region: string },
): Inputs {
  const { account, region } = place
  switch (token) {
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return { accountId: account, arn: `arn:aws:iam::${account}:root`, userId: account, id: account }
    case 'aws:index/getRegion:getRegion':
      return { region, name: region, id: region, description: region, endpoint: '' }
    case 'aws:index/getPartition:getPartition':
      return { partition: 'aws', dnsSuffix: 'amazonaws.com', id: 'aws', reverseDnsPrefix: 'com.amazonaws' }
    case 'aws:index/getAvailabilityZones:getAvailabilityZones':
      return {
        id: region,
        names: ['a', 'b', 'c'].map((zone) => region + zone),
        zoneIds: ['use1-az1', 'use1-az2', 'use1-az3'],
      }
    case 'aws:iam/getPolicyDocument:getPolicyDocument':
      return policyDocument(inputs)
    default:
      throw new Error(
        `no answer for the data source ${token}: add it to packages/local-cloud/engine/data-sources.ts`,
      )
  }
}

function policyDocument(inputs: Inputs): Inputs {
  const sources = [...texts(inputs.sourcePolicyDocuments), ...texts(inputs.sourceJson)]
  const base = sources.flatMap((text) => {
    const { Statement } = JSON.parse(text) as { Statement: unknown }
    return Array.isArray(Statement) ? Statement : [Statement]
  })
  const statements = Array.isArray(inputs.statements) ? (inputs.statements as PolicyStatement[]) : []
  const json = JSON.stringify({
    Version: '2012-10-17',
    Statement: [...base, ...statements.map(buildStatement)],
  })
  // An empty list would come back as outputs that the SDK cannot read: absent is what the real provider answers.
  const answered = statements.length > 0 ? statements : undefined
  return { ...inputs, statements: answered, id: 'policy', json, minifiedJson: json, version: '2012-10-17' }
}

interface PolicyStatement {
  sid?: string
  effect?: string
  actions?: string[]
  notActions?: string[]
  resources?: string[]
  notResources?: string[]
  principals?: PolicyPrincipal[]
  notPrincipals?: PolicyPrincipal[]
  conditions?: { test: string; variable: string; values: string[] }[]
}

interface PolicyPrincipal {
  type: string
  identifiers: string[]
}

function buildStatement(statement: PolicyStatement): Inputs {
  return {
    ...(statement.sid && { Sid: statement.sid }),
    Effect: statement.effect ?? 'Allow',
    ...(statement.actions && { Action: oneOrMany(statement.actions) }),
    ...(statement.notActions && { NotAction: oneOrMany(statement.notActions) }),
    ...(statement.resources && { Resource: oneOrMany(statement.resources) }),
    ...(statement.notResources && { NotResource: oneOrMany(statement.notResources) }),
    ...(statement.principals?.length && { Principal: buildPrincipals(statement.principals) }),
    ...(statement.notPrincipals?.length && { NotPrincipal: buildPrincipals(statement.notPrincipals) }),
    ...(statement.conditions?.length && { Condition: buildConditions(statement.conditions) }),
  }
}

function buildPrincipals(principals: readonly PolicyPrincipal[]): unknown {
  if (principals.some(({ type }) => type === '*')) return '*'
  const byType: Record<string, string[]> = {}
  for (const { type, identifiers } of principals) byType[type] = [...(byType[type] ?? []), ...identifiers]
  return Object.fromEntries(Object.entries(byType).map(([type, names]) => [type, oneOrMany(names)]))
}

function buildConditions(conditions: NonNullable<PolicyStatement['conditions']>): Inputs {
  const tests: Record<string, Record<string, unknown>> = {}
  for (const { test, variable, values } of conditions)
    tests[test] = { ...tests[test], [variable]: oneOrMany(values) }
  return tests
}

function oneOrMany(values: readonly string[]): unknown {
  return values.length === 1 ? values[0] : values
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
