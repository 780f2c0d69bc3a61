import type { RecordedProgram } from '../testing/recorded-program.ts'
import { list, record, select, text } from './rule.ts'

export type Statement = {
  sid: string
  effect: string
  actions: string[]
  resources: string[]
  /** `type:identifier`, or `*`. */
  principals: string[]
  condition: Record<string, Record<string, unknown>>
}

export type PolicyDocument = {
  /** Resource that carries it. */
  owner: string
  kind: 'identity' | 'trust' | 'key' | 'queue' | 'bucket'
  json: string
  statements: Statement[]
}

/** Every policy document in the program, whoever carries it. */
export function listPolicyDocuments(program: RecordedProgram): PolicyDocument[] {
  const of = (kind: PolicyDocument['kind'], owner: string, json: unknown): PolicyDocument[] =>
    text(json) === '' ? [] : [{ owner, kind, json: text(json), statements: parse(text(json)) }]
  return [
    ...select(program, 'Role').flatMap((r) => [
      ...list(r.inputs.inlinePolicies).flatMap((p) => of('identity', r.name, record(p).policy)),
      ...of('trust', r.name, r.inputs.assumeRolePolicy),
    ]),
    ...['RolePolicy', 'Policy', 'UserPolicy'].flatMap((kind) =>
      select(program, kind).flatMap((r) => of('identity', r.name, r.inputs.policy)),
    ),
    ...select(program, 'Key').flatMap((r) => of('key', r.name, r.inputs.policy)),
    ...select(program, 'QueuePolicy').flatMap((r) => of('queue', r.name, r.inputs.policy)),
    ...select(program, 'BucketPolicy').flatMap((r) => of('bucket', r.name, r.inputs.policy)),
  ]
}

function parse(json: string): Statement[] {
  return list(record(JSON.parse(json)).Statement).map((raw) => {
    const s = record(raw)
    return {
      sid: text(s.Sid),
      effect: text(s.Effect),
      actions: list(s.Action).map(String),
      resources: list(s.Resource).map(String),
      principals:
        s.Principal === '*'
          ? ['*']
          : Object.entries(record(s.Principal)).flatMap(([type, ids]) =>
              list(ids).map((id) => `${type}:${id}`),
            ),
      condition: record(s.Condition) as Statement['condition'],
    }
  })
}

/** True when the statement counts only for calls on behalf of this account's resources. */
export const isBoundToAccount = (s: Statement): boolean =>
  Object.values(s.condition).some(
    (test) =>
      'aws:SourceAccount' in test ||
      /^arn:aws:logs:[\w-]+:\d{12}:/.test(text(test['kms:EncryptionContext:aws:logs:arn'])),
  )
