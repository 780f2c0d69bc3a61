import type { OperationActor } from '@lean-ops/common/contract/operation'
import type { RunInput } from '@lean-ops/common/contract/run'
import type { SnowflakeState } from '@lean-ops/common/contract/snowflake-state'
import type { WhatIf } from '@lean-ops/common/contract/what-if'
import type { TakenLease } from '@lean-ops/common/control-plane/runs/claim-leases'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import type { LakeJobState } from './follow-lake-job.ts'

export type RefreshedTable = { topic: string; state: SnowflakeState; error: string | null }

/** What jobs reach outside the database. Every call may be made twice: a worker that dies is replaced by one that asks again. */
export type JobPorts = {
  stage: string
  lakeBucket: string
  startRun(run: { execution: string; input: RunInput; actor: OperationActor }): Promise<unknown>
  stopRun(run: { execution: string; reason: string }): Promise<void>
  refreshSnowflake(topics: readonly string[]): Promise<readonly RefreshedTable[]>
  whatIf(request: {
    current: ContractModel | undefined
    candidate: ContractModel
    days: number
    openRejects: Iterable<string>
  }): Promise<WhatIf>
  /** Alters the semantic tables of a contract and reads them back; returns what it did. Throws CONFLICT for what cannot be altered in place. */
  migrateTables(contract: ContractModel): Promise<readonly string[]>
  /** Starts the count of one topic, or says how it stands. `run`: the same name is the same count. */
  account(request: { topic: string; run: string; operationId: string }): Promise<AccountState>
  /** Starts a job over whole tables, once per execution, or says how it stands. The mirrors of the leases are written first. */
  lakeJob(request: {
    job: 'maintenance' | 'rebuild'
    execution: string
    leases: readonly TakenLease[]
    plan: Record<string, unknown>
  }): Promise<LakeJobState>
  /** What such a job has left of a task; undefined = nothing. */
  readLakeResult(execution: string, taskId: string): Promise<unknown>
  /** Writes the keys to re-evaluate as NDJSON; returns the object's address. */
  putKeys(place: { operationId: string; topic: string }, keys: readonly string[]): Promise<string>
  /** Message ids that a pass found in order although they had been refused before, from its manifest. */
  listSettled(manifest: string): AsyncIterable<string>
}

export type AccountState =
  | { state: 'running' }
  | { state: 'done'; unexplained: number }
  | { state: 'failed'; message: string }
