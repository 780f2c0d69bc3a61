import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const identitySchema = z.object({ pid: z.number(), startedAt: z.string() })

const processSchema = identitySchema.extend({
  name: z.string(),
  state: z.enum(['starting', 'ready', 'restarting', 'stopped', 'failed']),
  restarts: z.number(),
  /** Ask first, then kill: how long this process may take to save what it holds. */
  graceMs: z.number(),
})

/** `.local/run.json`: the running cloud as other processes see it, and the ports to prefer next time. */
const runFileSchema = z.object({
  version: z.literal(1),
  /** Absent once stopped in order. */
  supervisor: identitySchema.optional(),
  ports: z.record(z.string(), z.number()),
  processes: z.array(processSchema),
  /** What clients need; a part that does not run has no entry. */
  urls: z.object({
    aws: z.string().optional(),
    oidc: z.string().optional(),
    api: z.string().optional(),
    console: z.string().optional(),
    database: z.string().optional(),
    snowflake: z.string().optional(),
  }),
  /** Folder of contracts the cloud was deployed from, relative to the clone. */
  contractsDir: z.string(),
  /** As `Processing` of the cloud that was started; a deploy onto it must be given the same. */
  processing: z.enum(['prompt', 'as-agreed']).default('prompt'),
})

export type RunFile = z.infer<typeof runFileSchema>
export type RecordedProcess = z.infer<typeof processSchema>

/** Undefined when there is none, or one from another version of this program. */
export function readRunFile(file: string): RunFile | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  try {
    return runFileSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Whole or not at all: readers poll this file while we write it. */
export function writeRunFile(file: string, content: RunFile): void {
  mkdirSync(path.dirname(file), { recursive: true })
  const next = `${file}.${process.pid}`
  writeFileSync(next, `${JSON.stringify(content, null, 2)}\n`)
  renameSync(next, file)
}
