import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { AppError } from '@lean-ops/common/errors/app-error'
import { z } from 'zod'
import { findHandlerSource, fullFunctionName } from '../live/handler-sources.ts'
import { inspectFile, type LocalPaths } from '../supervisor/local-paths.ts'

const inspectSchema = z.object({ functions: z.record(z.string(), z.number()) })
const defaultPort = 9229

/**
 * Has the emulator start a function's worker with an inspector, for the editor to attach to (.vscode/launch.json);
 * port 0 ends it. Throws NOT_FOUND for a function without a source here.
 */
export async function debugFunction(paths: LocalPaths, args: readonly string[]): Promise<void> {
  const [short, portText] = args
  if (short === undefined) throw new AppError('INVALID_INPUT', 'debug <function> [port]')
  const name = fullFunctionName(short)
  if (!findHandlerSource(name)) throw new AppError('NOT_FOUND', `no source of a function named ${short}`)
  const port = portText === undefined ? defaultPort : Number(portText)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new AppError('INVALID_INPUT', 'port: 0 to 65535')
  const file = inspectFile(paths)
  const { functions } = existsSync(file)
    ? inspectSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    : { functions: {} }
  const { [name]: _former, ...others } = functions
  writeFileSync(file, JSON.stringify({ functions: port === 0 ? others : { ...others, [name]: port } }))
  console.log(
    port === 0
      ? `${name} runs without an inspector again`
      : `${name}: attach a debugger to 127.0.0.1:${port} ("Attach to a local function" in VS Code)`,
  )
}
