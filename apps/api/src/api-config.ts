import { z } from 'zod'

/** The API's environment. One error at start-up lists every bad variable (`common/config/read-env`). */
export const ApiConfig = z.object({
  STAGE: z.string().min(1),
  /** Origin people type into their browser; `/api` and `/auth` of it reach this API. */
  CONSOLE_URL: z.url().transform((url) => new URL(url).origin),
  /** Queue of the operations worker. */
  OPERATIONS_URL: z.url(),
  RAW_DATABASE: z.string().min(1).optional(),
  CURATED_DATABASE: z.string().min(1).optional(),
  SEMANTIC_DATABASE: z.string().min(1).optional(),
  /** Requests per minute of one actor or, without credentials, one address. */
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).default(1_200),
  /** OpenID Connect provider; everything else about it comes from its discovery document. */
  OIDC_ISSUER: z.url().transform((url) => url.replace(/\/$/, '')),
  OIDC_CLIENT_ID: z.string().min(1),
  /** Only for confidential clients; PKCE protects the code either way. */
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** Public client of the command line (code flow with PKCE on a loopback port). */
  OIDC_CLI_CLIENT_ID: z.string().min(1).default('lean-ops-cli'),
  OIDC_CLI_SCOPES: z.string().default('openid profile email offline_access api'),
  OIDC_SCOPES: z.string().default('openid profile email'),
  /** Audience of scripts' access tokens. Cognito's access tokens have none: there the client id counts. */
  OIDC_AUDIENCE: z.string().default('lean-ops-api'),
  /** Claims that hold roles, the first one present wins: `roles` here, `cognito:groups` in a Cognito pool. */
  ROLES_CLAIMS: z
    .string()
    .default('roles,cognito:groups')
    .transform((text) => text.split(',').map((name) => name.trim())),
  /** E-mail address or subject that is administrator without any claim, for the first sign-in. Remove it afterwards. */
  BOOTSTRAP_ADMIN: z.string().min(3).optional(),
  /** Whom to ask for a role; shown to people who have none. */
  ROLE_CONTACT: z.string().default('an administrator of Lean-Ops'),
  SESSION_IDLE_MINUTES: z.coerce.number().int().min(5).default(120),
  SESSION_HOURS: z.coerce.number().int().min(1).max(168).default(12),
})
export type ApiConfig = z.infer<typeof ApiConfig>
