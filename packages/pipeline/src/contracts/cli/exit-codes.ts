import { UsageError } from '../../command-line/usage-error.ts'

/** 0 = nothing stands in the way, 1 = a breaking change, 2 = a contract or a command that is not valid. */
export const exitCodes = { ok: 0, breaking: 1, invalid: 2 } as const

export type Settings = {
  /** Folder of the contracts, absolute. */
  dir: string
  rootDir: string
  env: NodeJS.ProcessEnv
  against: string
  stage: string
  lake: string
  days: string
  force: boolean
  url?: string | undefined
  file?: string | undefined
  from?: string | undefined
  rows?: string | undefined
  sample?: string | undefined
  openapi?: string | undefined
  metadata?: string | undefined
  'json-schema'?: string | undefined
  owner?: string | undefined
  out?: string | undefined
}

/** The whole number of an option, or UsageError. */
export function wholeNumber(text: string, option: string, most: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new UsageError(`${option} is a whole number from 1 to ${most}, not "${text}"`)
  return value
}
