import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { renderFault } from './contract-fault.ts'
import type { ContractModel } from './contract-model.ts'
import { parseContract } from './parse-contract.ts'

/** Every contract of a deployment, whole: the migration makes them what the jobs obey. */
export const ContractBundle = z.object({
  version: z.literal(1),
  contracts: z.array(
    z.object({
      topic: z.string(),
      version: z.string(),
      /** Of `yaml`, hex. */
      sha256: z.string(),
      yaml: z.string(),
      // Compiled by this very program from the text beside it.
      model: z.custom<ContractModel>((value) => typeof value === 'object' && value !== null),
    }),
  ),
})
export type ContractBundle = z.infer<typeof ContractBundle>

/** Reads a folder of contracts, sorted by topic. Throws one INVALID_CONTRACT that lists every fault of every file. */
export async function compileContractBundle(folder: string): Promise<ContractBundle> {
  const files = (await readdir(folder)).filter((f) => f.endsWith('.odcs.yaml')).sort()
  const faults: string[] = []
  const contracts = await Promise.all(
    files.map(async (file) => {
      const yaml = await readFile(path.join(folder, file), 'utf8')
      const { model, faults: found } = parseContract(file, yaml)
      faults.push(...found.map(renderFault))
      if (model === undefined) return []
      const sha256 = createHash('sha256').update(yaml).digest('hex')
      return [{ topic: model.topic, version: model.version, sha256, yaml, model }]
    }),
  )
  if (faults.length > 0) throw new AppError('INVALID_CONTRACT', `contracts:\n${faults.join('\n')}`)
  return { version: 1, contracts: contracts.flat() }
}
