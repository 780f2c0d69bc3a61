import { z } from 'zod'

/**
 * `leases/<topic>.json` in the lake: the fencing token of the run that holds the topic. A job reads it just before each
 * commit; another token means that another run has taken over, and nothing is committed.
 */
export const LeaseMirror = z.object({ token: z.int().min(1), execution: z.string() })
export type LeaseMirror = z.infer<typeof LeaseMirror>

export const leaseMirrorKey = (topic: string): string => `leases/${topic}.json`
