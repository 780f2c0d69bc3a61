import { isNotFound } from '../provider/aws-error.ts'
import { openInputs } from '../provider/open-inputs.ts'
import { getResourceKind } from '../provider/registry.ts'
import type { CreatedKind, ProviderContext, ResourceKind } from '../provider/resource-kind.ts'
import type { CheckpointWriter } from './checkpoint-writer.ts'
import { planDeletion } from './deletion-order.ts'
import type { EventLog, OperationCounts, StepEvent } from './event-log.ts'
import { keepIgnored } from './keep-ignored.ts'
import { planStep } from './plan-step.ts'
import { type ResourceState, stackType, unknownValue } from './resource-state.ts'
import type { Registered, Registration } from './run-program.ts'

export interface Deployment {
  readonly writer: CheckpointWriter
  readonly events: EventLog
  readonly context: ProviderContext
  readonly counts: OperationCounts
  readonly limit: <T>(action: () => Promise<T>) => Promise<T>
  readonly isPreview: boolean
  readonly force: boolean
  /** True once the deployment was interrupted: nothing new is begun. */
  readonly isStopped: () => boolean
}

/** Brings one registered resource to its wanted state (or only says what that would take, in a preview). */
export async function deployResource(
  deployment: Deployment,
  registration: Registration,
): Promise<Registered> {
  const { writer, events, counts, isPreview } = deployment
  const before = [registration.urn, ...registration.aliases].map((urn) => writer.find(urn)).find(Boolean)
  const kind = registration.custom ? getResourceKind(registration.type) : undefined
  const now = buildWanted(registration, before)
  // A half-made resource has no outputs yet: it is made again, under the same name.
  const settled =
    before !== undefined && (!registration.custom || before.id !== undefined) ? before : undefined
  const step = planStep({
    kind,
    now,
    before: settled,
    force: deployment.force,
    replaceOnChanges: registration.replaceOnChanges,
  })
  if (step.operation === 'same' && settled !== undefined) {
    counts.same++
    const state = { ...now, outputs: settled.outputs, ...(settled.id !== undefined && { id: settled.id }) }
    forgetAlias(writer, settled, registration.urn)
    writer.record(state)
    return { id: settled.id, state: { ...now.inputs, ...settled.outputs } }
  }

  const event: StepEvent = { ...step, before: settled, now }
  events.began(event)
  if (isPreview) {
    const planned = await previewOutputs(deployment, kind, now, settled, step.operation === 'update')
    counts[step.operation]++
    writer.record({ ...now, outputs: planned.state, ...(planned.id && { id: planned.id }) })
    events.ended({ ...event, now: { ...now, outputs: planned.state } })
    return planned
  }
  if (deployment.isStopped()) throw new Error('interrupted before it was made')
  writer.change()
  try {
    if (settled === undefined) {
      writer.begin(now)
      await writer.flush()
    }
    const outputs = await deployment.limit(async () => {
      if (step.operation === 'replace' && settled !== undefined) await removeResource(deployment, settled)
      return await putResource(deployment, kind, now, settled)
    })
    const state: ResourceState = registration.custom ? { ...now, id: outputs.id, outputs } : now
    forgetAlias(writer, before, registration.urn)
    writer.record(state)
    counts[step.operation]++
    await writer.flush()
    events.ended({ ...event, now: state })
    return { id: state.id, state: { ...now.inputs, ...state.outputs } }
  } catch (error) {
    events.failed(event, error instanceof Error ? error.message : String(error))
    throw error
  }
}

function buildWanted(registration: Registration, before: ResourceState | undefined): ResourceState {
  const { urn, type, custom, parent, dependencies, protect, retainOnDelete } = registration
  return {
    urn,
    type,
    custom,
    ...(parent !== undefined && { parent }),
    ...(protect && { protect }),
    ...(retainOnDelete && { retainOnDelete }),
    ...(dependencies.length > 0 && { dependencies }),
    inputs: keepIgnored(registration.inputs, before?.inputs, registration.ignoreChanges),
    outputs: {},
  }
}

function forgetAlias(writer: CheckpointWriter, before: ResourceState | undefined, urn: string): void {
  if (before !== undefined && before.urn !== urn) writer.forget(before.urn)
}

async function putResource(
  { context }: Deployment,
  kind: ResourceKind | undefined,
  now: ResourceState,
  before: ResourceState | undefined,
): Promise<{ id: string; [output: string]: unknown }> {
  const name = now.urn.split('::').at(-1) ?? now.urn
  if (kind === undefined) return { id: name }
  if (kind.treatment === 'recorded')
    return kind.outputs({ type: now.type, name, inputs: now.inputs }, context)
  const mapped = mapInputs(kind, now, name, context)
  const previous = before && { id: before.id ?? '', inputs: before.inputs, outputs: before.outputs }
  return await kind.put(mapped, context, previous)
}

/** @throws Error when the program sets a property that the kind neither reads nor lists as ignored: nothing is dropped silently. */
function mapInputs(kind: CreatedKind, now: ResourceState, name: string, context: ProviderContext): unknown {
  const where = `${now.type} "${name}"`
  const { inputs, unread } = openInputs(where, name, now.urn, now.inputs)
  const mapped = kind.map(inputs, context)
  const dropped = unread(kind.ignored ?? {})
  if (dropped.length > 0)
    throw new Error(
      `${where}: ${dropped.map((path) => `"${path}"`).join(', ')} would be dropped. Map it in packages/local-cloud/provider, or list it there as ignored with the reason`,
    )
  return mapped
}

/** What a preview may know: the inputs, the earlier outputs on an update, and random values, which are computed here. */
async function previewOutputs(
  deployment: Deployment,
  kind: ResourceKind | undefined,
  now: ResourceState,
  before: ResourceState | undefined,
  isUpdate: boolean,
): Promise<Registered> {
  const isComputable = kind === undefined || kind.treatment === 'recorded' || kind.isPure === true
  if (isComputable && !JSON.stringify(now.inputs).includes(unknownValue)) {
    const outputs = await putResource(deployment, kind, now, before)
    return { id: now.custom ? outputs.id : undefined, state: { ...now.inputs, ...outputs } }
  }
  return isUpdate && before !== undefined
    ? { id: before.id, state: { ...before.outputs, ...now.inputs } }
    : { id: undefined, state: now.inputs }
}

/** Removes what left the program, dependents first. @throws Error naming a protected resource; nothing is removed then. */
export async function removeResources(
  deployment: Deployment,
  doomed: readonly ResourceState[],
): Promise<void> {
  const kept = doomed.find(({ protect }) => protect === true)
  if (kept !== undefined) {
    const message = `${kept.type} "${kept.urn.split('::').at(-1)}" is protected and cannot be removed. Remedy: take "protect" off and deploy, then remove it`
    deployment.events.problem(kept.urn, message)
    throw new Error(message)
  }
  const done = new Map<string, Promise<void>>()
  const plan = planDeletion(doomed)
  const remove = ({ resource, after }: (typeof plan)[number]): Promise<void> => {
    const earlier = done.get(resource.urn)
    if (earlier !== undefined) return earlier
    const promise = (async () => {
      await Promise.all(plan.filter((step) => after.includes(step.resource.urn)).map(remove))
      await removeOne(deployment, resource)
    })()
    done.set(resource.urn, promise)
    return promise
  }
  const results = await Promise.allSettled(plan.map(remove))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

async function removeOne(deployment: Deployment, resource: ResourceState): Promise<void> {
  const { events, writer, counts, isPreview } = deployment
  const event: StepEvent = { operation: 'delete', before: resource, now: undefined, diff: {} }
  if (!resource.custom || resource.type === stackType) {
    writer.forget(resource.urn)
    return
  }
  events.began(event)
  try {
    if (!isPreview) {
      if (deployment.isStopped()) throw new Error('interrupted before it was removed')
      writer.change()
      if (resource.retainOnDelete !== true) await deployment.limit(() => removeResource(deployment, resource))
      writer.forget(resource.urn)
      await writer.flush()
    }
    counts.delete++
    events.ended(event)
  } catch (error) {
    events.failed(event, error instanceof Error ? error.message : String(error))
    throw error
  }
}

async function removeResource({ context }: Deployment, resource: ResourceState): Promise<void> {
  const kind = getResourceKind(resource.type)
  if (kind.treatment === 'recorded') return
  try {
    // A half-made resource has no id yet, only the inputs it would have got: kinds whose id is their name find it by that.
    await kind.remove(
      { id: resource.id ?? guessId(resource), inputs: resource.inputs, outputs: resource.outputs },
      context,
    )
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

function guessId({ inputs }: ResourceState): string {
  const name = inputs.name ?? inputs.bucket ?? inputs.functionName
  return typeof name === 'string' ? name : ''
}
