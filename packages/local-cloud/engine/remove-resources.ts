import { isNotFound } from '../provider/aws-error.ts'
import { getResourceKind } from '../provider/registry.ts'
import { planDeletion } from './deletion-order.ts'
import type { Deployment } from './deployment.ts'
import type { StepEvent } from './event-log.ts'
import { messageOf } from './message-of.ts'
import { type ResourceState, stackType } from './resource-state.ts'

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
    events.failed(event, messageOf(error))
    throw error
  }
}

/** Removes one resource from the emulator; what is already gone is done. */
export async function removeResource({ context }: Deployment, resource: ResourceState): Promise<void> {
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
