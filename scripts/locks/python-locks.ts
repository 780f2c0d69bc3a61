import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { rootDir } from '../run-tool.ts'

const [emulator, jobs] = ['packages/local-cloud/emulator', 'packages/pipeline/glue']

/** Each environment's direct dependencies; the lock beside it has all of them with their hashes, and is what is installed. */
export const pythonInputs = [
  `${emulator}/requirements.txt`,
  `${emulator}/requirements-dev.txt`,
  `${emulator}/snowflake_stand_in/requirements.txt`,
  `${jobs}/requirements.txt`,
  `${jobs}/requirements-dev.txt`,
] as const

export const lockOf = (input: string): string => input.replace(/\.txt$/, '.lock')

/** The lock's first line: by it a lock that is older than its input is noticed without asking any registry. */
export const lockHeader = (input: string): string =>
  `# By \`npm run lock\` from ${path.basename(input)}, whose pins are sha256:${digestOf(input)}`

/** Of the pins, the included files' with them; not of the comments. */
function digestOf(input: string): string {
  return createHash('sha256').update(pinsOf(input).join('\n')).digest('hex')
}

/** `name==version` of everything an input asks for, without extras. */
export function pinsOf(input: string): string[] {
  return readFileSync(path.join(rootDir, input), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) =>
      line.startsWith('-r ') ? pinsOf(path.join(path.dirname(input), line.slice(3))) : [line],
    )
}
