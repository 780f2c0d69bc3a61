import { zipSync } from 'fflate'
import { beforeAll, describe, expect, test } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

const code = (source: string) =>
  Buffer.from(zipSync({ 'bundle.mjs': Buffer.from(source) })).toString('base64')

describe('Lambda', () => {
  const aws = useProvider()
  let place: { s3Bucket: string; role: string }

  beforeAll(async () => {
    const [bucket, role] = [aws.mint('code'), aws.mint('role')]
    await aws.put('aws:s3/bucket:Bucket', { bucket })
    for (const [key, source] of [
      ['echo.zip', 'export const handler = async (event) => event.reason'],
      ['fail.zip', 'export const handler = async () => { throw new RangeError("no table") }'],
    ] as const)
      await aws.put('aws:s3/bucketObjectv2:BucketObjectv2', { bucket, key, contentBase64: code(source) })
    const Statement = [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]
    const queues = [
      {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: '*',
      },
    ]
    const made = await aws.put('aws:iam/role:Role', {
      name: role,
      assumeRolePolicy: JSON.stringify({ Version: '2012-10-17', Statement }),
      // The emulator asks, as Lambda does, whether the role may read a mapping's queue.
      inlinePolicies: [
        { name: 'queues', policy: JSON.stringify({ Version: '2012-10-17', Statement: queues }) },
      ],
    })
    place = { s3Bucket: bucket, role: String(made.outputs.arn) }
  })

  const functionInputs = (name: string, key = 'echo.zip') => ({
    ...place,
    name,
    s3Key: key,
    handler: 'bundle.handler',
    runtime: 'nodejs22.x',
  })
  const plainFunction = async (word: string, key?: string) => {
    const name = aws.mint(word)
    await aws.put('aws:lambda/function:Function', functionInputs(name, key))
    return name
  }
  const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`

  testLifecycle(aws, 'aws:lambda/function:Function', () => {
    const name = aws.mint('function')
    return {
      create: {
        ...functionInputs(name),
        timeout: 60,
        memorySize: 512,
        description: 'echoes',
        architectures: ['arm64'],
        environment: { variables: { STAGE: 'local', EMPTY: '' } },
        ephemeralStorage: { size: 1024 },
        reservedConcurrentExecutions: 7,
        loggingConfig: { logFormat: 'Text', logGroup: `/aws/lambda/${name}` },
      },
      created: {
        FunctionName: name,
        Role: place.role,
        Handler: 'bundle.handler',
        Runtime: 'nodejs22.x',
        Timeout: 60,
        MemorySize: 512,
        Description: 'echoes',
        Architectures: ['arm64'],
        Environment: { Variables: { STAGE: 'local', EMPTY: '' } },
        EphemeralStorage: { Size: 1024 },
        ReservedConcurrentExecutions: 7,
        LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
      },
      update: { ...functionInputs(name, 'fail.zip'), environment: { variables: { STAGE: 'other' } } },
      updated: {
        Timeout: 3,
        MemorySize: 128,
        Description: '',
        Environment: { Variables: { STAGE: 'other' } },
        ReservedConcurrentExecutions: undefined,
      },
      outputs: { arn: arnOf(name), name },
    }
  })

  testLifecycle(aws, 'aws:lambda/eventSourceMapping:EventSourceMapping', async () => {
    const [queue, functionName] = [aws.mint('source'), await plainFunction('consumer')]
    await aws.put('aws:sqs/queue:Queue', { name: queue })
    const mapping = { eventSourceArn: `arn:aws:sqs:us-east-1:000000000000:${queue}`, functionName }
    return {
      create: {
        ...mapping,
        batchSize: 500,
        maximumBatchingWindowInSeconds: 2,
        functionResponseTypes: ['ReportBatchItemFailures'],
        scalingConfig: { maximumConcurrency: 5 },
        filterCriteria: { filters: [{ pattern: '{"body":{"a":[1]}}' }] },
      },
      created: {
        EventSourceArn: mapping.eventSourceArn,
        FunctionArn: arnOf(functionName),
        BatchSize: 500,
        MaximumBatchingWindowInSeconds: 2,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 5 },
        FilterCriteria: { Filters: [{ Pattern: '{"body":{"a":[1]}}' }] },
      },
      update: { ...mapping, batchSize: 10, enabled: false },
      updated: {
        BatchSize: 10,
        MaximumBatchingWindowInSeconds: 0,
        FunctionResponseTypes: [],
        State: 'Disabled',
      },
    }
  })

  testLifecycle(aws, 'aws:lambda/permission:Permission', async () => {
    const name = await plainFunction('permitted')
    const permission = {
      function: name,
      statementId: 'events',
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
    }
    return {
      create: { ...permission, sourceArn: 'arn:aws:events:us-east-1:000000000000:rule/a' },
      created: {
        Sid: 'events',
        Action: 'lambda:InvokeFunction',
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:events:us-east-1:000000000000:rule/a' } },
      },
      update: { ...permission, sourceArn: 'arn:aws:events:us-east-1:000000000000:rule/b' },
      updated: {
        Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:events:us-east-1:000000000000:rule/b' } },
      },
    }
  })

  testLifecycle(aws, 'aws:lambda/functionUrl:FunctionUrl', async () => {
    const functionName = await plainFunction('reachable')
    return {
      create: {
        functionName,
        authorizationType: 'NONE',
        invokeMode: 'BUFFERED',
        cors: { allowOrigins: ['*'], allowMethods: ['GET'] },
      },
      created: {
        AuthType: 'NONE',
        InvokeMode: 'BUFFERED',
        Cors: { AllowOrigins: ['*'], AllowMethods: ['GET'] },
      },
      update: { functionName, authorizationType: 'AWS_IAM' },
      updated: { AuthType: 'AWS_IAM' },
    }
  })

  testLifecycle(aws, 'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig', async () => {
    const functionName = await plainFunction('retried')
    const queueArn = 'arn:aws:sqs:us-east-1:000000000000:failures'
    return {
      create: {
        functionName,
        maximumRetryAttempts: 0,
        maximumEventAgeInSeconds: 120,
        destinationConfig: { onFailure: { destination: queueArn } },
      },
      created: {
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 120,
        DestinationConfig: { OnFailure: { Destination: queueArn } },
      },
      update: { functionName, maximumRetryAttempts: 1 },
      updated: { MaximumRetryAttempts: 1 },
    }
  })

  testLifecycle(aws, 'aws:lambda/invocation:Invocation', async () => {
    const functionName = await plainFunction('migrate')
    return {
      create: { functionName, input: '{"reason":"deploy"}', triggers: { schema: 'a' } },
      created: { result: '"deploy"' },
      update: { functionName, input: '{"reason":"again"}', triggers: { schema: 'b' } },
      updated: { result: '"again"' },
      staysAfterRemoval: true,
    }
  })

  test('an invocation whose function throws fails the deployment with the error of the function', async () => {
    const functionName = await plainFunction('broken', 'fail.zip')

    const invoking = aws.put('aws:lambda/invocation:Invocation', { functionName, input: '{}' })

    await expect(invoking).rejects.toThrow(/failed while deploying.*RangeError.*no table/s)
  })

  test('a function that an update gave other code runs that code', async () => {
    const name = await plainFunction('changed')
    const before = await aws.put('aws:lambda/invocation:Invocation', {
      functionName: name,
      input: '{"reason":"before"}',
    })

    await aws.put('aws:lambda/function:Function', functionInputs(name, 'fail.zip'))

    expect(before.outputs.result).toBe('"before"')
    await expect(
      aws.put('aws:lambda/invocation:Invocation', { functionName: name, input: '{}' }),
    ).rejects.toThrow()
  })
})
