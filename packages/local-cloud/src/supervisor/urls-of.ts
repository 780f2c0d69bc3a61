import { z } from 'zod'
import { databaseUrl } from './local-processes.ts'

/** A port for every part, whether it runs or not. */
export const Ports = z.object({
  console: z.number(),
  api: z.number(),
  emulator: z.number(),
  oidc: z.number(),
  snowflake: z.number(),
  postgres: z.number(),
})
export type Ports = z.infer<typeof Ports>

export type Urls = ReturnType<typeof urlsOf>

/** Where the parts of a local cloud are, or will be. */
export function urlsOf(ports: Ports) {
  const at = (port: number): string => `http://127.0.0.1:${port}`
  return {
    console: at(ports.console),
    api: at(ports.api),
    aws: at(ports.emulator),
    oidc: at(ports.oidc),
    snowflake: at(ports.snowflake),
    database: databaseUrl(ports.postgres),
  } as const
}
