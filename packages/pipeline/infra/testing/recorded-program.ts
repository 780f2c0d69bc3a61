/** One resource as the program registered it, every output resolved (made-up ids and ARNs where AWS would decide). */
export type RecordedResource = {
  /** Pulumi type, e.g. `aws:sqs/queue:Queue`. */
  type: string
  name: string
  /** False for SST's components, which group resources. */
  custom: boolean
  inputs: Record<string, unknown>
  /** Logical name of the component it belongs to. */
  parent: string | undefined
  protect: boolean
  retainOnDelete: boolean
  ignoreChanges: string[]
  /** `type::name` of what it waits for. */
  dependsOn: string[]
}

export type RecordedProgram = {
  stage: string
  topics: number
  resources: RecordedResource[]
  outputs: Record<string, unknown>
}

/** A replacement in one file of the program, to see whether a rule notices. Must hit exactly once. */
export type SourceMutation = { file: string; from: string; to: string }

export type EvaluationRequest = {
  stage: string
  /** Folder of contracts, or undefined for the repository's own. */
  contracts: string | undefined
  mutation?: SourceMutation
}
