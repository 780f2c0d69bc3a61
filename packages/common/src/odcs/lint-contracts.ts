import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { tableName } from '../topics/topic-names.ts'
import { columnName } from './compile-columns.ts'
import type { ContractFault } from './contract-fault.ts'
import type { ContractModel } from './contract-model.ts'
import { guessPiiByName } from './guess-pii.ts'
import { type ParsedContract, parseContract } from './parse-contract.ts'
import type { ContractProperty, TopicContract } from './topic-contract.ts'
import type { StandardValidator } from './validate-standard.ts'

export type LintResult = {
  files: number
  /** Compiled contracts of the files without faults, by topic. */
  models: ContractModel[]
  faults: ContractFault[]
  /** Worth a look, no reason to stop. */
  warnings: ContractFault[]
}

/** Judges every contract of a folder, each by itself and then beside the others. Throws only when the folder cannot be read. */
export async function lintContracts(
  folder: string,
  validateStandard: StandardValidator | undefined,
): Promise<LintResult> {
  const files = (await readdir(folder)).filter((f) => f.endsWith('.odcs.yaml')).sort()
  const parsed = await Promise.all(
    files.map(async (file): Promise<[string, ParsedContract]> => {
      const text = await readFile(path.join(folder, file), 'utf8')
      return [path.join(path.basename(folder), file), parseContract(file, text, { validateStandard })]
    }),
  )
  const named = ([file, { faults }]: [string, ParsedContract]) => faults.map((f) => ({ ...f, file }))
  return {
    files: files.length,
    models: parsed.flatMap(([, p]) => (p.model ? [p.model] : [])),
    faults: [...parsed.flatMap(named), ...faultsTogether(parsed)],
    warnings: parsed.flatMap(([file, p]) => (p.contract ? warningsOf(file, p.contract) : [])),
  }
}

const at = (file: string, place: string, message: string, remedy: string): ContractFault => ({
  file,
  path: place,
  line: null,
  message,
  remedy,
})

/** Things of which there may be only one in the whole folder. */
function faultsTogether(parsed: readonly [string, ParsedContract][]): ContractFault[] {
  const faults: ContractFault[] = []
  const seen = new Map<string, string>()
  const claim = (file: string, place: string, what: string, remedy: string): void => {
    const other = seen.get(what)
    if (other === undefined) seen.set(what, file)
    else faults.push(at(file, place, `${what} belongs to ${other} already`, remedy))
  }
  for (const [file, { contract, model }] of parsed) {
    if (!contract || !model) continue
    claim(file, 'id', `id ${contract.id}`, 'make a new one: npm run contracts -- new prints one')
    claim(file, 'name', `table ${tableName(model.topic)}`, 'choose another topic name')
    if (model.hasRestrictedTable)
      claim(file, 'customProperties', `table ${tableName(model.topic)}_restricted`, 'rename the other topic')
    const target = model.snowflake
    if (target) {
      // Snowflake folds plain names to upper case.
      const table = `${target.database}.${target.schema}.${target.table}`.toUpperCase()
      claim(file, 'customProperties', `Snowflake table ${table}`, 'name another target')
    }
  }
  return faults
}

function warningsOf(file: string, contract: TopicContract): ContractFault[] {
  const warnings = unclassified(contract.schema[0]?.properties ?? [], []).flatMap((path) => {
    const guess = guessPiiByName(columnName(path))
    if (guess === null) return []
    return [
      at(
        file,
        path.join('.'),
        'the name suggests personal data, and it is stored in clear',
        `say classification: ${guess}, or public when it is none`,
      ),
    ]
  })
  warnings.push(
    ...unapplied(contract.schema[0]?.properties ?? [], []).map(({ path, what }) =>
      at(
        file,
        path.join('.'),
        `${what} is not applied here`,
        'write it as a rule of engine lean-ops, or leave it out',
      ),
    ),
  )
  if (contract.status === 'active' && !contract.slaProperties.some((p) => p.property === 'latency'))
    warnings.push(
      at(
        file,
        'slaProperties',
        'no latency agreed: lateness is never noticed',
        'add { property: latency, value: 15, unit: m }',
      ),
    )
  return warnings
}

/** Leaves about whose protection nobody has said anything, on the leaf or above it. */
const unclassified = (properties: readonly ContractProperty[], parent: readonly string[]): string[][] =>
  properties
    .filter((p) => p.classification === undefined)
    .flatMap((p) => {
      const path = [...parent, p.name]
      return p.properties && p.properties.length > 0 ? unclassified(p.properties, path) : [path]
    })

/** What the standard allows and nobody here enforces: silence would look like protection. */
const unapplied = (
  properties: readonly ContractProperty[],
  parent: readonly string[],
): { path: string[]; what: string }[] =>
  properties.flatMap((p) => {
    const path = [...parent, p.name]
    const fields = ['logicalTypeOptions', 'unique'].filter((field) => Object.hasOwn(p, field))
    const checks = p.quality.filter((q) => q.type === undefined || q.type === 'library' || q.type === 'sql')
    return [
      ...fields.map((what) => ({ path, what })),
      ...checks.map((q) => ({
        path,
        what: `quality check ${q.name ?? '(unnamed)'} of type ${q.type ?? 'library'}`,
      })),
      ...unapplied(p.properties ?? [], path),
    ]
  })
