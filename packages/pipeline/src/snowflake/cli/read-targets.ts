import { compileContract } from '@lean-ops/common/odcs/compile-contract'
import type { SnowflakeTarget } from '@lean-ops/common/odcs/contract-model'
import { loadContracts } from '@lean-ops/common/odcs/load-contracts'
import { UsageError } from '../../command-line/usage-error.ts'
import type { Settings } from './settings.ts'

export type TopicTarget = { topic: string; target: SnowflakeTarget }

/** Topics with a table in Snowflake, by their contracts; those of `--topic` only, when given. Throws UsageError for an unknown one. */
export async function readTargets({ dir, topic }: Pick<Settings, 'dir' | 'topic'>): Promise<TopicTarget[]> {
  const models = (await loadContracts(dir)).map((contract) => compileContract(contract).model)
  const targets = models.flatMap((model) =>
    model.snowflake === null ? [] : [{ topic: model.topic, target: model.snowflake }],
  )
  for (const name of topic)
    if (!targets.some((one) => one.topic === name))
      throw new UsageError(
        models.some((model) => model.topic === name)
          ? `the contract of ${name} names no Snowflake table`
          : `there is no contract of ${name}`,
      )
  return topic.length === 0 ? targets : targets.filter((one) => topic.includes(one.topic))
}
