import { getResourceKind } from '../provider/registry.ts'
import type { ResourceKind } from '../provider/resource-kind.ts'
import type { CheckpointWriter } from './checkpoint-writer.ts'
import type { Deployment } from './deployment.ts'
import type { StepEvent } from './event-log.ts'
import { keepIgnored } from './keep-ignored.ts'
import { messageOf } from './message-of.ts'
import { planStep } from './plan-step.ts'
import { putResource } from './put-resource.ts'
import { removeResource } from './remove-resources.ts'
import { type ResourceState, unknownValue } from './resource-state.ts'
import type { Registered, Registration } from './run-program.ts'

/** Brings one registered resource to its wanted state (or only says what that would take, in a preview). */
export async function deployResource(
  deployment: Deployment,
  registration: Registration,
): Promise<Registered> {
  try {
    return await deployRegistered(deployment, registration)
  } catch (error) {
    // The CLI shows one error per URN, and none that only repeats Pulumi's "failed to register".
    deployment.events.problem(registration.urn, messageOf(error))
    throw error
  }
}

async function deployRegistered(deployment: Deployment, registration: Registration): Promise<Registered> {
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
      if (step.operation === 'replace' && settled !== undefined && settled.retainOnDelete !== true)
        await removeResource(deployment, settled)
      return await putResource(deployment.context, kind, now, settled)
    })
    const state: ResourceState = registration.custom ? { ...now, id: outputs.id, outputs } : now
    forgetAlias(writer, before, registration.urn)
    writer.record(state)
    counts[step.operation]++
    await writer.flush()
    events.ended({ ...event, now: state })
    return { id: state.id, state: { ...now.inputs, ...state.outputs } }
  } catch (error) {
    events.failed(event, messageOf(error))
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
    const outputs = await putResource(deployment.context, kind, now, before)
    return { id: now.custom ? outputs.id : undefined, state: { ...now.inputs, ...outputs } }
  }
  return isUpdate && before !== undefined
    ? { id: before.id, state: { ...before.outputs, ...now.inputs } }
    : { id: undefined, state: now.inputs }
}
