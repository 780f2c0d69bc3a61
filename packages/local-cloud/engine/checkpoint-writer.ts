import { type Checkpoint, writeCheckpoint } from './checkpoint.ts'
import type { ResourceState } from './resource-state.ts'
import { stackType } from './resource-state.ts'

export interface CheckpointWriter {
  /** What an earlier deployment left under this URN, a half-made resource included. */
  find(urn: string): ResourceState | undefined
  /** The serial that the checkpoint carries now. */
  serial(): string | undefined
  /** Notes that this deployment changes something: from here on the checkpoint carries its serial. */
  change(): void
  /** Notes that a resource is about to be made, with the name it will get. */
  begin(resource: ResourceState): void
  record(resource: ResourceState): void
  forget(urn: string): void
  /** Resources of earlier deployments that this one has not met. */
  unseen(): ResourceState[]
  resources(): ResourceState[]
  /** Resolves when everything noted before the call is on disk. Calls that come during a write share the next one. */
  flush(): Promise<void>
}

/**
 * Keeps the state of a running deployment and writes it after every resource.
 * @param files where to write: the CLI's file, and our own copy which outlives the CLI.
 */
export function createCheckpointWriter(options: {
  files: readonly string[]
  stack: string
  serial: string
  endpoint: string
  before: Checkpoint
  /** The serial of the state that the CLI brought: only against that can a later deployment tell whether our copy is newer. */
  pulledSerial: string | undefined
}): CheckpointWriter {
  const { files, stack, serial, endpoint, before, pulledSerial } = options
  const old = new Map(before.resources.map((resource) => [resource.urn, resource]))
  for (const resource of before.pending) if (!old.has(resource.urn)) old.set(resource.urn, resource)
  const half = new Set(
    before.pending.map(({ urn }) => urn).filter((urn) => !before.resources.some((r) => r.urn === urn)),
  )
  const seen = new Map<string, ResourceState>()
  const pending = new Map<string, ResourceState>()
  let sequence = before.sequence
  let isChanged = false
  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined

  const resources = () => [
    ...[...seen.values()].sort((a, b) => Number(b.type === stackType) - Number(a.type === stackType)),
    ...[...old.values()].filter(({ urn }) => !seen.has(urn) && !half.has(urn)),
  ]
  const write = async () => {
    next = undefined
    const halfMade = [...old.values()].filter(
      ({ urn }) => half.has(urn) && !seen.has(urn) && !pending.has(urn),
    )
    const checkpoint: Checkpoint = {
      ...(isChanged ? serials(serial, pulledSerial) : serials(before.serial, before.base)),
      endpoint,
      sequence: ++sequence,
      resources: resources(),
      pending: [...pending.values(), ...halfMade],
    }
    await writeCheckpoint(files, stack, checkpoint)
  }

  return {
    find: (urn) => seen.get(urn) ?? old.get(urn),
    serial: () => (isChanged ? serial : before.serial),
    change: () => {
      isChanged = true
    },
    begin: (resource) => void pending.set(resource.urn, resource),
    record: (resource) => {
      pending.delete(resource.urn)
      half.delete(resource.urn)
      seen.set(resource.urn, resource)
    },
    forget: (urn) => {
      old.delete(urn)
      seen.delete(urn)
      pending.delete(urn)
      half.delete(urn)
    },
    unseen: () => [...old.values()].filter(({ urn }) => !seen.has(urn)),
    resources,
    flush: () => {
      if (next === undefined) {
        next = running.then(write, write)
        running = next
      }
      return next
    },
  }
}

function serials(serial: string | undefined, base: string | undefined) {
  return { ...(serial !== undefined && { serial }), ...(base !== undefined && { base }) }
}
