import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { AppError } from '@lean-ops/common/errors/app-error'
import { renderFault } from '@lean-ops/common/odcs/contract-fault'
import type { Draft } from '@lean-ops/common/odcs/draft-contract'
import { draftFromSample } from '@lean-ops/common/odcs/draft-from-sample'
import { importJsonSchema } from '@lean-ops/common/odcs/import-json-schema'
import { importOpenApi } from '@lean-ops/common/odcs/import-openapi'
import { parseContract } from '@lean-ops/common/odcs/parse-contract'
import { parseSchemaText } from '@lean-ops/common/odcs/parse-schema-text'
import { readStandardSchema } from '@lean-ops/common/odcs/read-standard-schema'
import { renderDraft } from '@lean-ops/common/odcs/render-draft'
import { isTopicName } from '@lean-ops/common/topics/topic-names'
import type { Outcome } from '../../command-line/outcome.ts'
import { UsageError } from '../../command-line/usage-error.ts'
import { exitCodes, type Settings } from './exit-codes.ts'

/** Writes or prints a draft. It is linted like any contract: what is refused names what the source lacks. */
export async function newCommand(names: readonly string[], settings: Settings): Promise<Outcome> {
  const [topic, ...more] = names
  if (topic === undefined || more.length > 0) throw new UsageError('new takes the name of one topic')
  if (!isTopicName(topic))
    throw new UsageError(`"${topic}" is no topic name: lower-case letters, digits, single hyphens`)
  const draft = await readDraft(topic, settings)
  const text = renderDraft(draft, randomUUID())
  const { faults } = parseContract(`${topic}.odcs.yaml`, text, {
    validateStandard: await readStandardSchema(settings.rootDir),
  })
  if (settings.out !== undefined) await writeNew(settings.out, text)
  const problems = faults.map((f) => `# fault: ${renderFault(f)}\n`).join('')
  return {
    exitCode: faults.length > 0 ? exitCodes.invalid : exitCodes.ok,
    text: settings.out === undefined ? text + problems : `wrote ${settings.out}\n${problems}`,
    json: { topic, text, faults },
  }
}

async function readDraft(topic: string, settings: Settings): Promise<Draft> {
  const owner = settings.owner ?? 'unknown'
  const { from, sample, openapi, metadata, 'json-schema': jsonSchema } = settings
  if ([from, sample, openapi, jsonSchema].filter((given) => given !== undefined).length !== 1)
    throw new UsageError('new needs one of --from, --sample, --openapi or --json-schema')
  if (from !== undefined)
    return (await import('./draft-from-raw.ts')).draftFromRaw(topic, owner, from, settings)
  if (sample !== undefined) {
    const draft = draftFromSample(topic, owner, (await read(sample)).split('\n'))
    if (draft === undefined) throw new AppError('INVALID_INPUT', `${sample}: no line is a JSON message`)
    return draft
  }
  if (jsonSchema !== undefined) return importJsonSchema(topic, owner, await readSchema(jsonSchema))
  if (openapi === undefined) throw new UsageError('new needs a source')
  return importOpenApi(
    topic,
    owner,
    await readSchema(openapi),
    metadata === undefined ? undefined : await readSchema(metadata),
  )
}

const readSchema = async (file: string): Promise<unknown> => parseSchemaText(file, await read(file))

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new AppError('INVALID_INPUT', `cannot read ${file}`, { cause: error })
  }
}

/** Never over a contract that is there. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (error) {
    throw new AppError('INVALID_INPUT', `cannot write ${file}: is it there already?`, { cause: error })
  }
}
