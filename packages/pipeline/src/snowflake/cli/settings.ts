/** 0 = all in sync or done, 1 = something is not, 2 = could not be asked. */
export const exitCodes = { ok: 0, notInSync: 1, invalid: 2 } as const

export type Settings = {
  /** Folder of the contracts, absolute. */
  dir: string
  rootDir: string
  env: NodeJS.ProcessEnv
  stage: string
  topic: readonly string[]
  print: boolean
  'account-id'?: string | undefined
  region: string
  'role-arn'?: string | undefined
  'external-id'?: string | undefined
  'base-url'?: string | undefined
  interval: string
}
