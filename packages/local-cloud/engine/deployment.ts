import type { ProviderContext } from '../provider/resource-kind.ts'
import type { CheckpointWriter } from './checkpoint-writer.ts'
import type { EventLog, OperationCounts } from './event-log.ts'

/** One run of the engine over a stack. */
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
