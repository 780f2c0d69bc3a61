import { compileContract } from '../compile-contract.ts'
import type { ContractModel } from '../contract-model.ts'
import { TopicContract } from '../topic-contract.ts'

type Options = {
  topic?: string
  version?: string
  status?: 'draft' | 'active'
  /** Besides `id`, which is always there as the key. */
  properties?: readonly object[]
  customProperties?: readonly { property: string; value: unknown }[]
  snowflake?: readonly [string, string, string]
}

/** The contract document of a test topic: what is not said is the least that is valid. */
export function makeDocument(options: Options): object {
  const [database, schema, table] = options.snowflake ?? []
  const topic = options.topic ?? 'things'
  return {
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: '6f7d3a54-8d0c-4d36-9d0f-0d5c6f0a1bff',
    name: topic,
    version: options.version ?? '1.0.0',
    status: options.status ?? 'active',
    team: { name: 'commerce' },
    schema: [
      {
        name: topic,
        properties: [
          { name: 'id', logicalType: 'string', criticalDataElement: true },
          ...(options.properties ?? []),
        ],
      },
    ],
    customProperties: [
      { property: 'keyPath', value: 'id' },
      ...(database === undefined ? [] : [{ property: 'snowflake', value: { database, schema, table } }]),
      ...(options.customProperties ?? []),
    ],
  }
}

/** {@link makeDocument}, compiled. Throws when it is not valid. */
export function makeContract(options: Options): ContractModel {
  const { model, faults } = compileContract(TopicContract.parse(makeDocument(options)))
  if (faults.length > 0) throw new Error(JSON.stringify(faults))
  return model
}
