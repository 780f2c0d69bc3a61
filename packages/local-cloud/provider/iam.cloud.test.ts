import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  })
const allow = (action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] })
const managed = (name: string) => `arn:aws:iam::aws:policy/service-role/${name}`

describe('IAM', () => {
  const aws = useProvider()
  const plainRole = async (word: string) => {
    const name = aws.mint(word)
    await aws.put('aws:iam/role:Role', { name, assumeRolePolicy: trust('lambda.amazonaws.com') })
    return name
  }

  testLifecycle(aws, 'aws:iam/role:Role', () => {
    const name = aws.mint('role')
    return {
      create: {
        name,
        path: '/lean/',
        description: 'first',
        maxSessionDuration: 7200,
        assumeRolePolicy: trust('lambda.amazonaws.com'),
        inlinePolicies: [{ name: 'inline', policy: allow('s3:GetObject') }],
        managedPolicyArns: [managed('AWSLambdaBasicExecutionRole')],
      },
      created: {
        RoleName: name,
        Path: '/lean/',
        Description: 'first',
        MaxSessionDuration: 7200,
        AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
        InlinePolicyNames: ['inline'],
        ManagedPolicyArns: [managed('AWSLambdaBasicExecutionRole')],
      },
      update: {
        name,
        path: '/lean/',
        description: 'second',
        assumeRolePolicy: trust('firehose.amazonaws.com'),
        inlinePolicies: [{ name: 'other', policy: allow('s3:PutObject') }],
        managedPolicyArns: [managed('AWSGlueServiceRole')],
      },
      updated: {
        Description: 'second',
        MaxSessionDuration: 3600,
        AssumeRolePolicyDocument: trust('firehose.amazonaws.com'),
        InlinePolicyNames: ['other'],
        ManagedPolicyArns: [managed('AWSGlueServiceRole')],
      },
      outputs: { arn: `arn:aws:iam::000000000000:role/lean/${name}`, name },
    }
  })

  testLifecycle(aws, 'aws:iam/rolePolicy:RolePolicy', async () => {
    const [role, name] = [await plainRole('role-with-policy'), aws.mint('policy')]
    return {
      create: { role, name, policy: allow('sqs:SendMessage') },
      created: { RoleName: role, PolicyName: name, PolicyDocument: allow('sqs:SendMessage') },
      update: { role, name, policy: allow('sqs:ReceiveMessage') },
      updated: { PolicyDocument: allow('sqs:ReceiveMessage') },
    }
  })

  testLifecycle(aws, 'aws:iam/rolePolicyAttachment:RolePolicyAttachment', async () => {
    const role = await plainRole('role-attached')
    const policyArn = managed('AWSLambdaBasicExecutionRole')
    return { create: { role, policyArn }, created: { RoleName: role, PolicyArn: policyArn } }
  })

  testLifecycle(aws, 'aws:iam/policy:Policy', () => {
    const name = aws.mint('managed')
    return {
      create: { name, path: '/lean/', description: 'shared', policy: allow('glue:GetTable') },
      created: { PolicyName: name, Path: '/lean/', PolicyDocument: allow('glue:GetTable') },
      update: { name, path: '/lean/', description: 'shared', policy: allow('glue:GetDatabase') },
      updated: { PolicyDocument: allow('glue:GetDatabase') },
      outputs: { arn: `arn:aws:iam::000000000000:policy/lean/${name}` },
    }
  })
})
