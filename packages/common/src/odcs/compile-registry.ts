import { createHash } from 'node:crypto'
import { queueName, tableName } from '../topics/topic-names.ts'
import type { TopicRegistryFile } from '../topics/topic-registry.ts'
import { clearPaths } from './clear-paths.ts'
import { pathSetting } from './compile-contract.ts'
import type { TopicContract } from './topic-contract.ts'

/** Contracts → the registry file that is bundled beside the handlers. `streams` = number of Firehose streams topics are spread over. */
export function compileRegistry(
  stage: string,
  contracts: readonly TopicContract[],
  streams: number,
): TopicRegistryFile {
  return {
    version: 1,
    stage,
    topics: contracts.map((c) => ({
      topic: c.name,
      queueName: queueName(stage, c.name),
      tableName: tableName(c.name),
      stream: createHash('sha256').update(c.name).digest().readUInt32BE(0) % streams,
      owner: c.team.name,
      status: c.status,
      keyPath: pathSetting(c, 'keyPath') ?? null,
      clearPaths: clearPaths(c),
    })),
  }
}
