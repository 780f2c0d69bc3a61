import { execFile } from 'node:child_process'
import path from 'node:path'
import type { EvaluationRequest, RecordedProgram } from './recorded-program.ts'

const root = path.resolve(import.meta.dirname, '../../../..')
const node = path.join(root, 'node_modules/.bin/node')

/**
 * Evaluates the program in a process of its own (Pulumi's runtime is global and changes the working directory) and returns
 * what it registered. Rejects with what the program, or the evaluation, complained about.
 */
export function recordProgram(request: EvaluationRequest): Promise<RecordedProgram> {
  return new Promise((resolve, reject) => {
    execFile(
      node,
      [path.join(import.meta.dirname, 'print-program.ts'), JSON.stringify(request)],
      // 700 topics are a few megabytes of JSON.
      { cwd: root, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`the program could not be evaluated:\n${stderr || stdout}`))
        else resolve(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
      },
    )
  })
}
