import { DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { z } from 'zod'

/** What the functions that put a failed run away need to know. `JOB_NAMES`: comma-separated. */
export const FailureEnv = DatabaseEnv.extend({
  LAKE_BUCKET: z.string().min(1),
  JOB_NAMES: z
    .string()
    .min(1)
    .transform((names) => names.split(',')),
})
