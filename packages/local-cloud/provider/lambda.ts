import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  type EphemeralStorage,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  type UpdateFunctionCodeCommandInput,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda'
import { isErrorNamed, readOrGone } from './aws-error.ts'
import type { Clients } from './clients.ts'
import { commonIgnored } from './common-ignored.ts'
import type { Inputs } from './open-inputs.ts'
import { createdKind } from './resource-kind.ts'

export const lambdaFunction = createdKind({
  type: 'aws:lambda/function:Function',
  immutable: ['name', 'packageType'],
  replacement: {
    kind: 'refuse',
    remedy:
      'mappings, permissions and logs point at the present function. Take it out of the program and deploy, then add it in its new form',
  },
  ignored: {
    ...commonIgnored,
    sourceCodeHash: 'the S3 key already changes with the code',
    vpcConfig: 'one machine has no VPC',
    replaceSecurityGroupsOnDestroy: 'one machine has no VPC',
    replacementSecurityGroupIds: 'one machine has no VPC',
    ipv6AllowedForDualStack: 'one machine has no VPC',
    codeSigningConfigArn: 'the emulator does not check signatures',
    snapStart: 'the emulator keeps its workers warm',
    kmsKeyArn: 'the emulator does not encrypt environments',
  },
  map: (inputs) => {
    const settings = functionSettings(inputs)
    const code = {
      S3Bucket: inputs.text('s3Bucket'),
      S3Key: inputs.text('s3Key'),
      S3ObjectVersion: inputs.textOr('s3ObjectVersion'),
    }
    return {
      create: {
        ...settings,
        Role: inputs.text('role'),
        Code: code,
        Architectures: architectures(inputs),
        PackageType: packageType(inputs),
        Publish: inputs.flagOr('publish'),
      } satisfies CreateFunctionCommandInput,
      settings,
      code: {
        ...code,
        FunctionName: settings.FunctionName,
        Architectures: architectures(inputs),
      } satisfies UpdateFunctionCodeCommandInput,
      reservedConcurrency: inputs.numberOr('reservedConcurrentExecutions') ?? -1,
    }
  },
  put: async ({ create, settings, code, reservedConcurrency }, { clients, region, account }, previous) => {
    const FunctionName = settings.FunctionName
    try {
      await clients.lambda.send(new CreateFunctionCommand(create))
    } catch (error) {
      if (!isErrorNamed(error, 'ResourceConflictException')) throw error
      await clients.lambda.send(new UpdateFunctionCodeCommand(code))
      await clients.lambda.send(new UpdateFunctionConfigurationCommand(settings))
    }
    await putReservedConcurrency(clients, FunctionName, reservedConcurrency, previous !== undefined)
    const arn = `arn:aws:lambda:${region}:${account}:function:${FunctionName}`
    return {
      id: FunctionName,
      name: FunctionName,
      arn,
      version: '$LATEST',
      qualifiedArn: `${arn}:$LATEST`,
      invokeArn: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
      qualifiedInvokeArn: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}:$LATEST/invocations`,
    }
  },
  remove: async ({ id }, { clients }) => {
    await clients.lambda.send(new DeleteFunctionCommand({ FunctionName: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { Configuration, Code } = await clients.lambda.send(new GetFunctionCommand({ FunctionName: id }))
      const concurrency = await clients.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: id }))
      return {
        ...Configuration,
        Code,
        ReservedConcurrentExecutions: concurrency.ReservedConcurrentExecutions,
      }
    }),
})

function functionSettings(inputs: Inputs) {
  const logging = inputs.blockOr('loggingConfig')
  const storage = inputs.blockOr('ephemeralStorage')
  const deadLetter = inputs.blockOr('deadLetterConfig')
  const tracing = inputs.blockOr('tracingConfig')
  return {
    FunctionName: inputs.nameOr('name', 64),
    Role: inputs.text('role'),
    Handler: inputs.textOr('handler'),
    Runtime: inputs.textOr('runtime') as UpdateFunctionConfigurationCommandInput['Runtime'],
    Timeout: inputs.numberOr('timeout') ?? 3,
    MemorySize: inputs.numberOr('memorySize') ?? 128,
    Description: inputs.textOr('description') ?? '',
    Environment: { Variables: inputs.blockOr('environment')?.textMapOr('variables') ?? {} },
    EphemeralStorage: { Size: storage?.numberOr('size') ?? 512 } satisfies EphemeralStorage,
    Layers: inputs.textsOr('layers') ?? [],
    LoggingConfig: logging && {
      LogFormat: logging.textOr('logFormat') as 'JSON' | 'Text' | undefined,
      LogGroup: logging.textOr('logGroup'),
      ApplicationLogLevel: logging.textOr('applicationLogLevel') as 'INFO' | undefined,
      SystemLogLevel: logging.textOr('systemLogLevel') as 'INFO' | undefined,
    },
    DeadLetterConfig: deadLetter && { TargetArn: deadLetter.text('targetArn') },
    TracingConfig: tracing && { Mode: tracing.text('mode') as 'Active' | 'PassThrough' },
  } satisfies UpdateFunctionConfigurationCommandInput
}

function architectures(inputs: Inputs): CreateFunctionCommandInput['Architectures'] {
  return (inputs.textsOr('architectures') ?? ['x86_64']) as ('x86_64' | 'arm64')[]
}

function packageType(inputs: Inputs): 'Zip' {
  const type = inputs.textOr('packageType') ?? 'Zip'
  if (type !== 'Zip')
    throw new Error(`function "${inputs.name}": the emulator runs Zip packages only, not ${type}`)
  return type
}

/** -1 is Pulumi's "unreserved". */
async function putReservedConcurrency(
  clients: Clients,
  FunctionName: string,
  reserved: number,
  mayHaveOne: boolean,
): Promise<void> {
  if (reserved >= 0)
    await clients.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: reserved }),
    )
  else if (mayHaveOne) await clients.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
}
