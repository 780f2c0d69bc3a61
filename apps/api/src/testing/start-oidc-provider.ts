import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '@lean-ops/common/control-plane/testing/embedded-postgres'
import { consoleUrl } from './create-test-app.ts'

/** By path: the API's room imports nothing of the local cloud, its tests only run it. */
const program = path.resolve(import.meta.dirname, '../../../../packages/local-cloud/src/oidc-provider.ts')

export type LocalProvider = {
  issuer: string
  passwords: Record<'viewer' | 'operator' | 'admin', string>
  serviceSecret: string
  /** Ends the process and starts another on the same state. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** The laptop's real OpenID Connect provider on a free port with a state folder of its own. */
export async function startOidcProvider(): Promise<LocalProvider> {
  const stateDir = await mkdtemp(path.join(tmpdir(), 'lean-ops-oidc-'))
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const start = async () => {
    const child = spawn(process.execPath, [program], {
      env: {
        PATH: process.env.PATH,
        PORT: String(port),
        ISSUER: issuer,
        CONSOLE_URL: consoleUrl,
        STATE_DIR: stateDir,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('ready')) break
    child.stdout.resume()
    return child
  }
  let child = await start()
  const end = async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  const secrets = JSON.parse(await readFile(path.join(stateDir, 'secrets.json'), 'utf8'))
  return {
    issuer,
    passwords: secrets.passwords,
    serviceSecret: secrets.serviceSecret,
    async restart() {
      await end()
      child = await start()
    },
    async stop() {
      await end()
      await rm(stateDir, { recursive: true, force: true })
    },
  }
}
