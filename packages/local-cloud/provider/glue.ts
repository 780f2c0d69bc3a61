import {
  type Column,
  CreateDatabaseCommand,
  type CreateDatabaseCommandInput,
  CreateJobCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteDatabaseCommand,
  DeleteJobCommand,
  DeleteTableCommand,
  GetDatabaseCommand,
  GetJobCommand,
  GetTableCommand,
  type JobUpdate,
  type StorageDescriptor,
  type TableInput,
  UpdateDatabaseCommand,
  UpdateJobCommand,
  UpdateTableCommand,
  type WorkerType,
} from '@aws-sdk/client-glue'
import { isErrorNamed, readOrGone } from './aws-error.ts'
import { commonIgnored } from './common-ignored.ts'
import type { Inputs } from './open-inputs.ts'
import { createdKind } from './resource-kind.ts'

export const catalogDatabase = createdKind({
  type: 'aws:glue/catalogDatabase:CatalogDatabase',
  immutable: ['name'],
  replacement: {
    kind: 'refuse',
    remedy: 'its tables would be lost. Add a second database, move the tables, then take this one out',
  },
  ignored: {
    ...commonIgnored,
    catalogId: 'one catalog on one machine',
    createTableDefaultPermissions: 'no Lake Formation in the emulator',
  },
  map: (inputs) =>
    ({
      DatabaseInput: {
        Name: inputs.nameOr('name', 255),
        Description: inputs.textOr('description'),
        LocationUri: inputs.textOr('locationUri'),
        Parameters: inputs.textMapOr('parameters'),
      },
    }) satisfies CreateDatabaseCommandInput,
  put: async (input, { clients, region, account }) => {
    const name = input.DatabaseInput.Name
    try {
      await clients.glue.send(new CreateDatabaseCommand(input))
    } catch (error) {
      if (!isErrorNamed(error, 'AlreadyExistsException')) throw error
      await clients.glue.send(new UpdateDatabaseCommand({ Name: name, ...input }))
    }
    return {
      id: `${account}:${name}`,
      name,
      catalogId: account,
      arn: `arn:aws:glue:${region}:${account}:database/${name}`,
    }
  },
  remove: async ({ id }, { clients }) => {
    await clients.glue.send(new DeleteDatabaseCommand({ Name: lastPart(id) }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { Database } = await clients.glue.send(new GetDatabaseCommand({ Name: lastPart(id) }))
      return Database && { ...Database }
    }),
})

export const catalogTable = createdKind({
  type: 'aws:glue/catalogTable:CatalogTable',
  immutable: ['name', 'databaseName', 'openTableFormatInput'],
  replacement: {
    kind: 'refuse',
    remedy: 'its rows would be lost. Iceberg tables of topics are changed by the migrate function, not here',
  },
  ignored: { ...commonIgnored, catalogId: 'one catalog on one machine' },
  map: (inputs) => {
    const iceberg = inputs.blockOr('openTableFormatInput')?.block('icebergInput')
    return {
      DatabaseName: inputs.text('databaseName'),
      TableInput: tableInput(inputs),
      OpenTableFormatInput: iceberg && {
        IcebergInput: {
          MetadataOperation: iceberg.text('metadataOperation') as 'CREATE',
          Version: iceberg.textOr('version'),
        },
      },
    } satisfies CreateTableCommandInput
  },
  put: async (input, { clients, region, account }) => {
    const { DatabaseName, TableInput } = input
    try {
      await clients.glue.send(new CreateTableCommand(input))
    } catch (error) {
      if (!isErrorNamed(error, 'AlreadyExistsException')) throw error
      await clients.glue.send(new UpdateTableCommand({ DatabaseName, TableInput }))
    }
    return {
      id: `${account}:${DatabaseName}:${TableInput.Name}`,
      name: TableInput.Name,
      catalogId: account,
      arn: `arn:aws:glue:${region}:${account}:table/${DatabaseName}/${TableInput.Name}`,
    }
  },
  remove: async ({ id }, { clients }) => {
    const [, DatabaseName = '', Name = ''] = id.split(':')
    await clients.glue.send(new DeleteTableCommand({ DatabaseName, Name }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const [, DatabaseName = '', Name = ''] = id.split(':')
      const { Table } = await clients.glue.send(new GetTableCommand({ DatabaseName, Name }))
      return Table && { ...Table }
    }),
})

export const job = createdKind({
  type: 'aws:glue/job:Job',
  immutable: ['name'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => ({ Name: inputs.nameOr('name', 255), job: jobSettings(inputs) }),
  put: async ({ Name, job: settings }, { clients, region, account }) => {
    try {
      await clients.glue.send(new CreateJobCommand({ Name, ...settings }))
    } catch (error) {
      if (!isErrorNamed(error, 'AlreadyExistsException', 'IdempotentParameterMismatchException')) throw error
      await clients.glue.send(new UpdateJobCommand({ JobName: Name, JobUpdate: settings }))
    }
    return { id: Name, name: Name, arn: `arn:aws:glue:${region}:${account}:job/${Name}` }
  },
  remove: async ({ id }, { clients }) => {
    await clients.glue.send(new DeleteJobCommand({ JobName: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { Job } = await clients.glue.send(new GetJobCommand({ JobName: id }))
      return Job && { ...Job }
    }),
})

function jobSettings(inputs: Inputs) {
  const command = inputs.block('command')
  const execution = inputs.blockOr('executionProperty')
  const notification = inputs.blockOr('notificationProperty')
  return {
    Role: inputs.text('roleArn'),
    Description: inputs.textOr('description'),
    Command: {
      Name: command.textOr('name') ?? 'glueetl',
      PythonVersion: command.textOr('pythonVersion'),
      ScriptLocation: command.text('scriptLocation'),
      Runtime: command.textOr('runtime'),
    },
    Connections: inputs.has('connections') ? { Connections: inputs.texts('connections') } : undefined,
    DefaultArguments: inputs.textMapOr('defaultArguments'),
    NonOverridableArguments: inputs.textMapOr('nonOverridableArguments'),
    ExecutionProperty: { MaxConcurrentRuns: execution?.numberOr('maxConcurrentRuns') ?? 1 },
    ExecutionClass: inputs.textOr('executionClass') as 'FLEX' | 'STANDARD' | undefined,
    JobRunQueuingEnabled: inputs.flagOr('jobRunQueuingEnabled'),
    GlueVersion: inputs.textOr('glueVersion'),
    MaxCapacity: inputs.numberOr('maxCapacity'),
    MaxRetries: inputs.numberOr('maxRetries') ?? 0,
    NotificationProperty: notification && { NotifyDelayAfter: notification.numberOr('notifyDelayAfter') },
    NumberOfWorkers: inputs.numberOr('numberOfWorkers'),
    SecurityConfiguration: inputs.textOr('securityConfiguration'),
    Timeout: inputs.numberOr('timeout') ?? 2880,
    WorkerType: inputs.textOr('workerType') as WorkerType | undefined,
  } satisfies JobUpdate & { Role: string }
}

function tableInput(inputs: Inputs) {
  return {
    Name: inputs.nameOr('name', 255),
    Description: inputs.textOr('description'),
    Owner: inputs.textOr('owner'),
    Parameters: inputs.textMapOr('parameters'),
    PartitionKeys: inputs.blocksOr('partitionKeys')?.map(column),
    Retention: inputs.numberOr('retention'),
    StorageDescriptor: storage(inputs.blockOr('storageDescriptor')),
    TableType: inputs.textOr('tableType'),
    ViewExpandedText: inputs.textOr('viewExpandedText'),
    ViewOriginalText: inputs.textOr('viewOriginalText'),
  } satisfies TableInput
}

function storage(block: Inputs | undefined): StorageDescriptor | undefined {
  const serialization = block?.blockOr('serDeInfo')
  return (
    block && {
      Columns: block.blocksOr('columns')?.map(column),
      Location: block.textOr('location'),
      InputFormat: block.textOr('inputFormat'),
      OutputFormat: block.textOr('outputFormat'),
      Compressed: block.flagOr('compressed'),
      NumberOfBuckets: block.numberOr('numberOfBuckets'),
      BucketColumns: block.textsOr('bucketColumns'),
      Parameters: block.textMapOr('parameters'),
      StoredAsSubDirectories: block.flagOr('storedAsSubDirectories'),
      SerdeInfo: serialization && {
        Name: serialization.textOr('name'),
        SerializationLibrary: serialization.textOr('serializationLibrary'),
        Parameters: serialization.textMapOr('parameters'),
      },
    }
  )
}

function column(block: Inputs): Column {
  return {
    Name: block.text('name'),
    Type: block.textOr('type'),
    Comment: block.textOr('comment'),
    Parameters: block.textMapOr('parameters'),
  }
}

function lastPart(id: string): string {
  return id.split(':').at(-1) ?? id
}
