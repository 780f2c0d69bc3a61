import { timingSafeEqual } from 'node:crypto'
import { type DemoRole, demoRoles, type LocalSecrets } from './local-secrets.ts'

export type DemoUser = { id: string; name: string; email: string; roles: string[] }

const names: Record<DemoRole, string> = {
  viewer: 'Vera Viewer',
  operator: 'Omar Operator',
  admin: 'Ada Admin',
}

/** The person behind a subject, or undefined. */
export function findDemoUser(id: string): DemoUser | undefined {
  const role = demoRoles.find((r) => r === id)
  return role === undefined
    ? undefined
    : { id: role, name: names[role], email: `${role}@lean-ops.localhost`, roles: [role] }
}

/** The person who signed in with this name and password, or undefined. */
export function checkPassword(secrets: LocalSecrets, name: string, password: string): DemoUser | undefined {
  const user = findDemoUser(name.trim().toLowerCase())
  const role = demoRoles.find((r) => r === user?.id)
  if (role === undefined) return undefined
  const expected = Buffer.from(secrets.passwords[role])
  const given = Buffer.from(password)
  return given.length === expected.length && timingSafeEqual(given, expected) ? user : undefined
}
