import { glob, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { compileStandard, type StandardValidator } from './validate-standard.ts'

/** Where pip puts the package that ships the published schema (packages/local-cloud/emulator/requirements-dev.txt). */
const place = '.local/venv-*/lib/python*/site-packages/open_data_contract_standard/schema.json'

/** The validator of the published JSON Schema of the standard, or undefined when `npm run setup` has not brought it. */
export async function readStandardSchema(rootDir: string): Promise<StandardValidator | undefined> {
  for await (const file of glob(place, { cwd: rootDir }))
    return compileStandard(
      z.looseObject({}).parse(JSON.parse(await readFile(path.join(rootDir, file), 'utf8'))),
    )
  return undefined
}
