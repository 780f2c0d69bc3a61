import { existsSync } from 'node:fs'
import path from 'node:path'
import { rootDir } from '../supervisor/local-paths.ts'

const functionPrefix = 'lean-ops-local-'

/** The source of a deployed function by the naming rule of infra: a handler's file has its function's name. */
export function findHandlerSource(functionName: string): string | undefined {
  if (!functionName.startsWith(functionPrefix)) return undefined
  const name = functionName.slice(functionPrefix.length)
  const file = path.join(
    rootDir,
    name === 'api' ? 'apps/api/src/lambda.ts' : `packages/pipeline/src/handlers/${name}.ts`,
  )
  return existsSync(file) ? file : undefined
}

/** The full name of a function, also when only its short name is given. */
export function fullFunctionName(name: string): string {
  return name.startsWith(functionPrefix) ? name : `${functionPrefix}${name}`
}
