import { z } from 'zod'

/** What the data does that the contract does not say. */
export const findingKinds = [
  'ADDED_COLUMN',
  'REMOVED_COLUMN',
  'TYPE_CHANGED',
  'OVERFLOW',
  'CONFLICTING_DUPLICATE',
  'NAME_COLLISION',
  'RULE_WARNING',
  'CDE_SPIKE',
  'MISSING_SCHEMA',
] as const
export const FindingKind = z.enum(findingKinds)
export type FindingKind = z.infer<typeof FindingKind>

export const FindingState = z.enum(['open', 'accepted', 'ignored', 'fixed'])
export type FindingState = z.infer<typeof FindingState>
