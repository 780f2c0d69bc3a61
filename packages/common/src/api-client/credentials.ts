import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'

/** What a sign-in leaves behind, per address; the file is readable by its owner only. */
export const Credentials = z.object({
  tokenEndpoint: z.url(),
  clientId: z.string(),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  /** Milliseconds since 1970. */
  expiresAt: z.number(),
})
export type Credentials = z.infer<typeof Credentials>

const File = z.record(z.string(), Credentials)

const fileOf = (env: NodeJS.ProcessEnv): string =>
  path.join(env.XDG_CONFIG_HOME ?? path.join(homedir(), '.config'), 'lean-ops', 'credentials.json')

export async function loadCredentials(env: NodeJS.ProcessEnv, url: string): Promise<Credentials | undefined> {
  return (await readAll(env))[url]
}

export async function saveCredentials(
  env: NodeJS.ProcessEnv,
  url: string,
  credentials: Credentials,
): Promise<void> {
  const file = fileOf(env)
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, JSON.stringify({ ...(await readAll(env)), [url]: credentials }, null, 2), {
    mode: 0o600,
  })
}

/** Forgets the sign-in at this address. */
export async function dropCredentials(env: NodeJS.ProcessEnv, url: string): Promise<void> {
  const { [url]: _, ...rest } = await readAll(env)
  if (Object.keys(rest).length === 0) await rm(fileOf(env), { force: true })
  else await writeFile(fileOf(env), JSON.stringify(rest, null, 2), { mode: 0o600 })
}

async function readAll(env: NodeJS.ProcessEnv): Promise<Record<string, Credentials>> {
  let text: string
  try {
    text = await readFile(fileOf(env), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  const parsed = File.safeParse(JSON.parse(text))
  return parsed.success ? parsed.data : {}
}
