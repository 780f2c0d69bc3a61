import { z } from 'zod'
import { Permission, Role, RoleGrant } from './permissions.ts'
import { Instant } from './time.ts'

/** Who is signed in, and what they may do. */
export const Me = z
  .object({
    id: z.string(),
    kind: z.enum(['user', 'service']),
    name: z.string(),
    email: z.string().nullable(),
    roles: z.array(Role),
    grants: z.array(RoleGrant),
    /** Per permission: every owner (`*`) or the owners whose topics it covers; absent = not at all. */
    permissions: z.partialRecord(Permission, z.union([z.literal('*'), z.array(z.string())])),
    /** False: signed in, but nobody has given a role. `roleContact` says whom to ask. */
    hasRole: z.boolean(),
    roleContact: z.string(),
    sessionId: z.string().nullable(),
  })
  .meta({ id: 'Me' })
export type Me = z.infer<typeof Me>

export const Session = z
  .object({
    id: z.string(),
    subject: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    userAgent: z.string().nullable(),
    createdAt: Instant,
    lastSeenAt: Instant,
    idleExpiresAt: Instant,
    expiresAt: Instant,
    isCurrent: z.boolean(),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof Session>

export const SessionList = z.object({ sessions: z.array(Session) }).meta({ id: 'SessionList' })

export const SignedOut = z
  .object({
    /** Address at the provider that ends the session there too. */
    redirectTo: z.string(),
  })
  .meta({ id: 'SignedOut' })

/** What the command line needs to begin its own sign-in. */
export const CommandLineSignIn = z
  .object({ issuer: z.url(), clientId: z.string(), scopes: z.string() })
  .meta({ id: 'CommandLineSignIn' })
