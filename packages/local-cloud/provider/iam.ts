import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  type CreatePolicyCommandInput,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  type CreateRoleCommandInput,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  type PutRolePolicyCommandInput,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import { isErrorNamed, readOrGone, tolerate } from './aws-error.ts'
import type { Clients } from './clients.ts'
import { commonIgnored } from './common-ignored.ts'
import { createdKind } from './resource-kind.ts'

const alreadyExists = ['EntityAlreadyExists', 'EntityAlreadyExistsException']

export const role = createdKind({
  type: 'aws:iam/role:Role',
  immutable: ['name', 'path'],
  replacement: { kind: 'delete-then-create' },
  ignored: { ...commonIgnored, forceDetachPolicies: 'a local removal always detaches' },
  map: (inputs) => ({
    create: {
      RoleName: inputs.nameOr('name', 64),
      AssumeRolePolicyDocument: inputs.document('assumeRolePolicy'),
      Path: inputs.textOr('path'),
      Description: inputs.textOr('description'),
      MaxSessionDuration: inputs.numberOr('maxSessionDuration'),
      PermissionsBoundary: inputs.textOr('permissionsBoundary'),
    } satisfies CreateRoleCommandInput,
    // Present lists are exclusive, as in Pulumi: what is not in them is taken off the role. Absent ones are left alone.
    inlinePolicies: inputs.blocksOr('inlinePolicies')?.map((policy) => ({
      name: policy.text('name'),
      document: policy.document('policy'),
    })),
    managedPolicyArns: inputs.textsOr('managedPolicyArns'),
  }),
  put: async ({ create, inlinePolicies, managedPolicyArns }, { clients, account }, previous) => {
    const RoleName = create.RoleName
    try {
      await clients.iam.send(new CreateRoleCommand(create))
    } catch (error) {
      if (!isErrorNamed(error, ...alreadyExists)) throw error
      await clients.iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: create.AssumeRolePolicyDocument }),
      )
      await clients.iam.send(
        new UpdateRoleCommand({
          RoleName,
          Description: create.Description ?? '',
          MaxSessionDuration: create.MaxSessionDuration ?? 3600,
        }),
      )
    }
    if (inlinePolicies) await syncInlinePolicies(clients, RoleName, inlinePolicies, previous !== undefined)
    if (managedPolicyArns)
      await syncManagedPolicies(clients, RoleName, managedPolicyArns, previous !== undefined)
    const path = create.Path ?? '/'
    return { id: RoleName, name: RoleName, path, arn: `arn:aws:iam::${account}:role${path}${RoleName}` }
  },
  remove: async ({ id }, { clients }) => {
    await syncInlinePolicies(clients, id, [], true)
    await syncManagedPolicies(clients, id, [], true)
    await clients.iam.send(new DeleteRoleCommand({ RoleName: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { Role } = await clients.iam.send(new GetRoleCommand({ RoleName: id }))
      if (Role === undefined) return undefined
      return {
        ...Role,
        AssumeRolePolicyDocument: decodeURIComponent(Role.AssumeRolePolicyDocument ?? ''),
        InlinePolicyNames: await inlinePolicyNames(clients, id),
        ManagedPolicyArns: await managedPolicyArnsOf(clients, id),
      }
    }),
})

export const rolePolicy = createdKind({
  type: 'aws:iam/rolePolicy:RolePolicy',
  immutable: ['name', 'role'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) =>
    ({
      RoleName: roleNameOf(inputs.text('role')),
      PolicyName: inputs.nameOr('name', 128),
      PolicyDocument: inputs.document('policy'),
    }) satisfies PutRolePolicyCommandInput,
  put: async (input, { clients }) => {
    await clients.iam.send(new PutRolePolicyCommand(input))
    return { id: `${input.RoleName}:${input.PolicyName}`, name: input.PolicyName }
  },
  remove: async ({ id }, { clients }) => {
    const { RoleName, PolicyName } = splitRolePolicyId(id)
    await clients.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const answer = await clients.iam.send(new GetRolePolicyCommand(splitRolePolicyId(id)))
      return { ...answer, PolicyDocument: decodeURIComponent(answer.PolicyDocument ?? '') }
    }),
})

export const rolePolicyAttachment = createdKind({
  type: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
  immutable: ['role', 'policyArn'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => ({ RoleName: roleNameOf(inputs.text('role')), PolicyArn: inputs.text('policyArn') }),
  put: async (input, { clients }) => {
    await clients.iam.send(new AttachRolePolicyCommand(input))
    return { id: `${input.RoleName}|${input.PolicyArn}` }
  },
  remove: async ({ id }, { clients }) => {
    const [RoleName = '', PolicyArn = ''] = id.split('|')
    await clients.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const [RoleName = '', PolicyArn = ''] = id.split('|')
      const attached = await managedPolicyArnsOf(clients, RoleName)
      return attached.includes(PolicyArn) ? { RoleName, PolicyArn } : undefined
    }),
})

export const policy = createdKind({
  type: 'aws:iam/policy:Policy',
  immutable: ['name', 'path', 'description'],
  replacement: { kind: 'delete-then-create' },
  ignored: { ...commonIgnored, delayAfterPolicyCreationInMs: 'the emulator is consistent at once' },
  map: (inputs) =>
    ({
      PolicyName: inputs.nameOr('name', 128),
      PolicyDocument: inputs.document('policy'),
      Path: inputs.textOr('path'),
      Description: inputs.textOr('description'),
    }) satisfies CreatePolicyCommandInput,
  put: async (input, { clients, account }) => {
    const arn = `arn:aws:iam::${account}:policy${input.Path ?? '/'}${input.PolicyName}`
    try {
      await clients.iam.send(new CreatePolicyCommand(input))
    } catch (error) {
      if (!isErrorNamed(error, ...alreadyExists)) throw error
      await setDefaultPolicyVersion(clients, arn, input.PolicyDocument)
    }
    return { id: arn, arn, name: input.PolicyName, path: input.Path ?? '/' }
  },
  remove: async ({ id }, { clients }) => {
    await deleteOldPolicyVersions(clients, id)
    await clients.iam.send(new DeletePolicyCommand({ PolicyArn: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { Policy } = await clients.iam.send(new GetPolicyCommand({ PolicyArn: id }))
      const { PolicyVersion } = await clients.iam.send(
        new GetPolicyVersionCommand({ PolicyArn: id, VersionId: Policy?.DefaultVersionId ?? 'v1' }),
      )
      return { ...Policy, PolicyDocument: decodeURIComponent(PolicyVersion?.Document ?? '') }
    }),
})

/** IAM keeps at most five versions of a policy, so the old ones go before a new one comes. */
async function setDefaultPolicyVersion(clients: Clients, arn: string, document: string): Promise<void> {
  await deleteOldPolicyVersions(clients, arn)
  await clients.iam.send(
    new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument: document, SetAsDefault: true }),
  )
}

async function deleteOldPolicyVersions(clients: Clients, arn: string): Promise<void> {
  const { Versions = [] } = await clients.iam.send(new ListPolicyVersionsCommand({ PolicyArn: arn }))
  for (const { VersionId, IsDefaultVersion } of Versions)
    if (VersionId !== undefined && !IsDefaultVersion)
      await clients.iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId }))
}

async function syncInlinePolicies(
  clients: Clients,
  RoleName: string,
  wanted: readonly { name: string; document: string }[],
  mayHaveOthers: boolean,
): Promise<void> {
  const names = new Set(wanted.map(({ name }) => name))
  // Policies of `aws:iam/rolePolicy` resources are inline too: only an explicit list (or removal) takes others away.
  const others = mayHaveOthers
    ? (await inlinePolicyNames(clients, RoleName)).filter((name) => !names.has(name))
    : []
  for (const PolicyName of others)
    await clients.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }))
  for (const { name, document } of wanted)
    await clients.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: name, PolicyDocument: document }))
}

async function syncManagedPolicies(
  clients: Clients,
  RoleName: string,
  wanted: readonly string[],
  mayHaveOthers: boolean,
): Promise<void> {
  const others = mayHaveOthers
    ? (await managedPolicyArnsOf(clients, RoleName)).filter((arn) => !wanted.includes(arn))
    : []
  for (const PolicyArn of others)
    await tolerate(['NoSuchEntity', 'NoSuchEntityException'], () =>
      clients.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
    )
  for (const PolicyArn of wanted) await clients.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
}

async function inlinePolicyNames(clients: Clients, RoleName: string): Promise<string[]> {
  const { PolicyNames = [] } = await clients.iam.send(new ListRolePoliciesCommand({ RoleName }))
  return PolicyNames
}

async function managedPolicyArnsOf(clients: Clients, RoleName: string): Promise<string[]> {
  const { AttachedPolicies = [] } = await clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
  return AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? [])
}

/** A role is referred to by name or by ARN. */
function roleNameOf(reference: string): string {
  return reference.split('/').at(-1) ?? reference
}

function splitRolePolicyId(id: string): { RoleName: string; PolicyName: string } {
  const [RoleName = '', PolicyName = ''] = id.split(':')
  return { RoleName, PolicyName }
}
