import type { Clients } from './clients.ts'
import type { Inputs } from './open-inputs.ts'

/** What a provider call may know besides the resource's own inputs. */
export interface ProviderContext {
  readonly clients: Clients
  readonly region: string
  readonly account: string
  readonly endpoint: string
}

/** What a resource looks like after an earlier deployment. */
export interface DeployedResource {
  readonly id: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly outputs: Readonly<Record<string, unknown>>
}

/** The outputs of a `put`; `id` is Pulumi's resource id, the rest is merged over the inputs. */
export interface PutOutputs {
  readonly id: string
  readonly [output: string]: unknown
}

/** How a type's immutable properties behave: a stateless resource is deleted and made again, one with data is refused. */
export type Replacement =
  | { readonly kind: 'delete-then-create' }
  | { readonly kind: 'refuse'; readonly remedy: string }

interface KindBase {
  readonly type: string
  /** Properties that AWS cannot change in place. */
  readonly immutable?: readonly string[]
  readonly replacement?: Replacement
}

/** A type that is really made on the emulator. */
export interface CreatedKind<Mapped = unknown> extends KindBase {
  readonly treatment: 'created'
  /** Properties the program may set that are not sent, each with the reason. Any other unread property is an error. */
  readonly ignored?: Readonly<Record<string, string>>
  /** A put that touches nothing outside (random values): safe to run in a preview. */
  readonly isPure?: boolean
  /** Pure: the program's inputs as the service's own request fields. */
  readonly map: (inputs: Inputs, context: ProviderContext) => Mapped
  /** Create or update; safe to repeat. */
  readonly put: (
    mapped: Mapped,
    context: ProviderContext,
    previous: DeployedResource | undefined,
  ) => Promise<PutOutputs>
  /** Remove; the engine treats "not found" as done. */
  readonly remove: (resource: DeployedResource, context: ProviderContext) => Promise<void>
  /** The service's own description, or undefined when it is gone. */
  readonly read: (
    resource: DeployedResource,
    context: ProviderContext,
  ) => Promise<Readonly<Record<string, unknown>> | undefined>
}

/** A type that has no counterpart on one machine: its inputs are kept in the checkpoint and its outputs made up. */
export interface RecordedKind extends KindBase {
  readonly treatment: 'recorded'
  readonly reason: string
  readonly outputs: (request: RecordedRequest, context: ProviderContext) => PutOutputs
}

export interface RecordedRequest {
  readonly type: string
  readonly name: string
  readonly inputs: Readonly<Record<string, unknown>>
}

export type ResourceKind = CreatedKind | RecordedKind

/** Fixes a kind's `Mapped` type from its `map`, then forgets it: the engine passes a mapping only back to its own kind. */
export function createdKind<Mapped>(kind: Omit<CreatedKind<Mapped>, 'treatment'>): CreatedKind {
  return {
    ...kind,
    treatment: 'created',
    map: (inputs, context) => kind.map(inputs, context),
    // Safe: `mapped` is always the value that this kind's own `map` returned.
    put: (mapped, context, previous) => kind.put(mapped as Mapped, context, previous),
  }
}
