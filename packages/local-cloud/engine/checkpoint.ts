import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pulumiVersion } from './pulumi-version.ts'
import type { ResourceState } from './resource-state.ts'

/** What the engine keeps about a stack. The SST CLI carries the file to and from the emulator's S3. */
export interface Checkpoint {
  /** The deployment that wrote it last; see deploy-serial.ts. Absent in a new stack. */
  readonly serial?: string
  /** The serial of the state that the CLI had brought to this deployment. */
  readonly base?: string
  /** The emulator's address then: queue and function URLs contain it. */
  readonly endpoint?: string
  /** Counts the writes of one deployment. */
  readonly sequence: number
  readonly resources: readonly ResourceState[]
  /** Resources whose creation began and is not known to have ended: their names must be used again. */
  readonly pending: readonly ResourceState[]
}

export const emptyCheckpoint: Checkpoint = { sequence: 0, resources: [], pending: [] }

/** Reads a checkpoint file. @returns undefined when there is none. @throws Error when it is not a checkpoint. */
export async function readCheckpoint(file: string): Promise<Checkpoint | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const parsed: unknown = JSON.parse(text)
  const checkpoint = (parsed as { checkpoint?: CheckpointFile }).checkpoint
  if (checkpoint === undefined) throw new Error(`${file} is not a Pulumi checkpoint`)
  const { serial, base, endpoint, sequence } = checkpoint.localCloud ?? {}
  return {
    ...(serial !== undefined && { serial }),
    ...(base !== undefined && { base }),
    ...(endpoint !== undefined && { endpoint }),
    sequence: sequence ?? 0,
    resources: checkpoint.latest?.resources ?? [],
    pending: (checkpoint.latest?.pending_operations ?? []).map((operation) => operation.resource),
  }
}

/** Writes the same checkpoint to each file, so that a reader (and a crash) sees the old or the new one, never half of one. */
export async function writeCheckpoint(
  files: readonly string[],
  stack: string,
  checkpoint: Checkpoint,
): Promise<void> {
  const text = formatCheckpoint(stack, checkpoint)
  for (const file of files) {
    await mkdir(path.dirname(file), { recursive: true })
    const temporary = `${file}.${process.pid}.tmp`
    await writeFile(temporary, text)
    await rename(temporary, file)
  }
}

function formatCheckpoint(stack: string, checkpoint: Checkpoint): string {
  const { serial, base, endpoint, sequence, resources, pending } = checkpoint
  const localCloud = JSON.stringify({ serial, base, endpoint, sequence })
  const manifest = JSON.stringify({ time: new Date().toISOString(), magic: '', version: pulumiVersion })
  const operations = pending.map((resource) => `{"resource":${textOf(resource)},"type":"creating"}`)
  const latest = `{"manifest":${manifest},"metadata":{},"resources":[${resources.map(textOf)}],"pending_operations":[${operations}]}`
  return `{"version":3,"checkpoint":{"stack":${JSON.stringify(stack)},"localCloud":${localCloud},"latest":${latest}}}`
}

/** A big stack is written hundreds of times while it is deployed: each resource is put into words once. */
const texts = new WeakMap<ResourceState, string>()
function textOf(resource: ResourceState): string {
  const known = texts.get(resource)
  if (known !== undefined) return known
  const text = JSON.stringify(resource)
  texts.set(resource, text)
  return text
}

/**
 * The newer of the state that the CLI brought and our own copy on disk. They differ when the CLI was killed before it could
 * push; the copy counts only when it comes from the same deployment or from the one right after it.
 */
export function chooseCheckpoint(pulled: Checkpoint | undefined, copy: Checkpoint | undefined): Checkpoint {
  if (pulled === undefined) return copy ?? emptyCheckpoint
  if (copy?.serial === undefined) return pulled
  const isLater = copy.serial === pulled.serial && copy.sequence > pulled.sequence
  const isNext = copy.serial !== pulled.serial && copy.base === pulled.serial
  return isLater || isNext ? copy : pulled
}

interface CheckpointFile {
  localCloud?: { serial?: string; base?: string; endpoint?: string; sequence?: number }
  latest?: {
    resources?: readonly ResourceState[]
    pending_operations?: readonly { resource: ResourceState }[]
  }
}
