/** 0 = nothing stands in the way, 1 = a breaking change, 2 = a contract or a command that is not valid. */
export const exitCodes = { ok: 0, breaking: 1, invalid: 2 } as const

/** What a command found: `text` for people, `json` for scripts. */
export type Outcome = { exitCode: 0 | 1 | 2; text: string; json: unknown }

export type Settings = {
  /** Folder of the contracts, absolute. */
  dir: string
  rootDir: string
  against: string
  stage: string
  lake: string
  sample?: string | undefined
  openapi?: string | undefined
  metadata?: string | undefined
  'json-schema'?: string | undefined
  owner?: string | undefined
  out?: string | undefined
}

export class UsageError extends Error {}
