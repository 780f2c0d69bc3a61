import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export const demoRoles = ['viewer', 'operator', 'admin'] as const
export type DemoRole = (typeof demoRoles)[number]

export type LocalSecrets = {
  cookieKeys: string[]
  signingKey: Record<string, unknown>
  /** Passwords of the three demo users, by user name. */
  passwords: Record<DemoRole, string>
  /** Secret of the client `lean-ops-service`. */
  serviceSecret: string
}

/** No letters or digits that look alike: people type these from a terminal. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
const passwordLength = 10

/** The local provider's keys and passwords: made on the first start, kept in `secrets.json` of its state folder. */
export function readOrCreateSecrets(stateDir: string): LocalSecrets {
  const file = path.join(stateDir, 'secrets.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const password = () =>
    Array.from({ length: passwordLength }, () => alphabet[randomInt(alphabet.length)]).join('')
  const secrets: LocalSecrets = {
    cookieKeys: [randomBytes(32).toString('base64url')],
    signingKey: { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'local-1' },
    passwords: { viewer: password(), operator: password(), admin: password() },
    serviceSecret: randomBytes(24).toString('base64url'),
  }
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}
