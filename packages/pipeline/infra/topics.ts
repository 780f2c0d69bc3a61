import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { compileContractBundle } from '@lean-ops/common/odcs/compile-contract-bundle'
import { compileRegistry } from '@lean-ops/common/odcs/compile-registry'
import { loadContracts } from '@lean-ops/common/odcs/load-contracts'
import type { RegisteredTopic } from '@lean-ops/common/topics/topic-registry'

export type Topics = {
  topics: readonly RegisteredTopic[]
  /** Number of Firehose streams the topics are spread over. */
  streams: number
  /** The registry to bundle beside a handler, as `copyFiles` takes it. */
  registryFile: { from: string; to: string }
  /** Changes when the registry changes. */
  digest: string
  /** Every contract whole, for the migration alone. */
  contractsFile: { from: string; to: string }
  /** Changes when the text of any contract changes. */
  contractsDigest: string
}

/**
 * One stream takes 5 MiB/s or more and every topic; more streams only for accounts beyond that quota,
 * because each stream commits to the tables on its own and small commits cost readers.
 */
const streams = Number(process.env.LEAN_OPS_RAW_STREAMS ?? 1)

/**
 * Compiles the contracts into `.sst/lean-ops/topics.json`, which is bundled beside the handlers, and `contracts.json` for the migration.
 * `LEAN_OPS_CONTRACTS_DIR` (relative to the repository or absolute) replaces `contracts/`.
 */
export async function compileTopics(stage: string): Promise<Topics> {
  const { root, work } = $cli.paths
  const folder = path.resolve(root, process.env.LEAN_OPS_CONTRACTS_DIR ?? 'contracts')
  const contracts = await loadContracts(folder)
  const bundle = JSON.stringify(await compileContractBundle(folder))
  const registry = compileRegistry(stage, contracts, streams)
  const text = `${JSON.stringify(registry, null, 1)}\n`
  const file = path.join(work, 'lean-ops', 'topics.json')
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, text)
  const bundleFile = path.join(work, 'lean-ops', 'contracts.json')
  await writeFile(bundleFile, bundle)
  return {
    topics: registry.topics,
    streams,
    registryFile: { from: path.relative(root, file), to: 'topics.json' },
    digest: createHash('sha256').update(text).digest('hex'),
    contractsFile: { from: path.relative(root, bundleFile), to: 'contracts.json' },
    contractsDigest: createHash('sha256').update(bundle).digest('hex'),
  }
}
