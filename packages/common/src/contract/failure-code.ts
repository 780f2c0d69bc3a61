import * as z from 'zod'
import { failureCodes } from './failure-catalogue.ts'

/** Where a message failed. A replay is settled at or past this stage. */
export const failureStages = ['ingest', 'delivery', 'curated', 'semantic'] as const
export const FailureStage = z.enum(failureStages)
export type FailureStage = z.infer<typeof FailureStage>

/**
 * data = the message itself is wrong and stays wrong · transient = the same message may pass later ·
 * config = ours to repair (grants, names, keys) · unknown = a defect or a code we have not seen.
 */
export const failureClasses = ['data', 'transient', 'config', 'unknown'] as const
export const FailureClass = z.enum(failureClasses)
export type FailureClass = z.infer<typeof FailureClass>

export const FailureCode = z.enum(failureCodes)
export type FailureCode = z.infer<typeof FailureCode>
