import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { AppError } from '@lean-ops/common/errors/app-error'
import { faultsFile, type LocalPaths } from '../supervisor/local-paths.ts'

/** Shows, sets or ends the faults that the emulator injects; it reads the file anew when it changes. */
export async function editFaults(paths: LocalPaths, args: readonly string[]): Promise<void> {
  const file = faultsFile(paths)
  const [action = 'list', json] = args
  if (action === 'list') {
    console.log(existsSync(file) ? readFileSync(file, 'utf8').trim() : 'no faults are set')
    return
  }
  if (action === 'clear') {
    rmSync(file, { force: true })
    console.log('no faults are set')
    return
  }
  if (action !== 'set' || json === undefined)
    throw new AppError('INVALID_INPUT', 'faults list | set <json> | clear')
  const next = `${file}.next`
  writeFileSync(next, `${JSON.stringify(parse(json), null, 2)}\n`)
  renameSync(next, file)
  console.log(readFileSync(file, 'utf8').trim())
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new AppError('INVALID_INPUT', `not JSON: ${json}`, { cause })
  }
}
