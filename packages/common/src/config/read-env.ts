import type { z } from 'zod'
import { AppError } from '../errors/app-error.ts'

/** Reads a deployable's environment once, at start-up: one error that lists every bad variable. */
export function readEnv<S extends z.ZodObject>(
  schema: S,
  env: Record<string, string | undefined>,
): z.infer<S> {
  const parsed = schema.safeParse(env)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((i) => `  ${i.path.join('.')}: ${i.message}`)
  throw new AppError('INVALID_CONFIG', `the environment is not complete:\n${faults.join('\n')}`)
}
