import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('Glue', () => {
  const aws = useProvider()
  const mint = (word: string) => aws.mint(word).replaceAll('-', '_')

  testLifecycle(aws, 'aws:glue/catalogDatabase:CatalogDatabase', () => {
    const name = mint('database')
    return {
      create: { name, description: 'RAW', locationUri: 's3://lake/raw', parameters: { owner: 'pipeline' } },
      created: {
        Name: name,
        Description: 'RAW',
        LocationUri: 's3://lake/raw',
        Parameters: { owner: 'pipeline' },
      },
      update: { name, description: 'changed', locationUri: 's3://lake/raw2' },
      updated: { Description: 'changed', LocationUri: 's3://lake/raw2' },
      outputs: { arn: `arn:aws:glue:us-east-1:000000000000:database/${name}` },
    }
  })

  testLifecycle(aws, 'aws:glue/catalogTable:CatalogTable', async () => {
    const [databaseName, name] = [mint('tables'), mint('table')]
    await aws.put('aws:glue/catalogDatabase:CatalogDatabase', { name: databaseName })
    const table = { databaseName, name, tableType: 'EXTERNAL_TABLE', parameters: { classification: 'json' } }
    const storage = {
      location: 's3://lake/t',
      inputFormat: 'in',
      outputFormat: 'out',
      serDeInfo: { serializationLibrary: 'json' },
    }
    return {
      create: {
        ...table,
        description: 'a table',
        partitionKeys: [{ name: 'day', type: 'date' }],
        storageDescriptor: { ...storage, columns: [{ name: 'id', type: 'string', comment: 'the id' }] },
      },
      created: {
        Name: name,
        DatabaseName: databaseName,
        Description: 'a table',
        TableType: 'EXTERNAL_TABLE',
        Parameters: { classification: 'json' },
        PartitionKeys: [{ Name: 'day', Type: 'date' }],
        StorageDescriptor: {
          Location: 's3://lake/t',
          InputFormat: 'in',
          OutputFormat: 'out',
          SerdeInfo: { SerializationLibrary: 'json' },
          Columns: [{ Name: 'id', Type: 'string', Comment: 'the id' }],
        },
      },
      update: {
        ...table,
        storageDescriptor: {
          ...storage,
          columns: [
            { name: 'id', type: 'bigint' },
            { name: 'at', type: 'timestamp' },
          ],
        },
      },
      updated: {
        StorageDescriptor: {
          Columns: [
            { Name: 'id', Type: 'bigint' },
            { Name: 'at', Type: 'timestamp' },
          ],
        },
      },
    }
  })

  testLifecycle(aws, 'aws:glue/job:Job', () => {
    const name = aws.mint('job')
    const command = { name: 'glueetl', pythonVersion: '3', scriptLocation: 's3://lake/jobs/curate.py' }
    return {
      create: {
        name,
        roleArn: 'arn:aws:iam::000000000000:role/job',
        description: 'curates',
        command,
        defaultArguments: { '--datalake-formats': 'iceberg' },
        nonOverridableArguments: { '--stage': 'local' },
        executionProperty: { maxConcurrentRuns: 3 },
        glueVersion: '5.1',
        workerType: 'G.1X',
        numberOfWorkers: 2,
        timeout: 60,
        maxRetries: 1,
      },
      created: {
        Name: name,
        Role: 'arn:aws:iam::000000000000:role/job',
        Description: 'curates',
        Command: { Name: 'glueetl', PythonVersion: '3', ScriptLocation: 's3://lake/jobs/curate.py' },
        DefaultArguments: { '--datalake-formats': 'iceberg' },
        NonOverridableArguments: { '--stage': 'local' },
        ExecutionProperty: { MaxConcurrentRuns: 3 },
        GlueVersion: '5.1',
        WorkerType: 'G.1X',
        NumberOfWorkers: 2,
        Timeout: 60,
        MaxRetries: 1,
      },
      update: {
        name,
        roleArn: 'arn:aws:iam::000000000000:role/job',
        command,
        timeout: 90,
        executionProperty: { maxConcurrentRuns: 5 },
      },
      updated: { Timeout: 90, ExecutionProperty: { MaxConcurrentRuns: 5 }, MaxRetries: 0 },
    }
  })
})
