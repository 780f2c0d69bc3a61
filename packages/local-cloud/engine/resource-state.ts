/** One resource of the checkpoint, in Pulumi's format (apitype ResourceV3), which the SST CLI reads too. */
export interface ResourceState {
  readonly urn: string
  readonly type: string
  readonly custom: boolean
  readonly id?: string
  readonly parent?: string
  readonly protect?: boolean
  readonly retainOnDelete?: boolean
  readonly dependencies?: readonly string[]
  readonly inputs: Readonly<Record<string, unknown>>
  readonly outputs: Readonly<Record<string, unknown>>
}

export const stackType = 'pulumi:pulumi:Stack'

/** Stands for a value that only a deployment can know; Pulumi's SDK recognises it in previews. */
export const unknownValue = '04da6b54-80e4-46f7-96ec-b56ff0331ba9'
