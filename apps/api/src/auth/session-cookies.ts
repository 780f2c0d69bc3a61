import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { ApiConfig } from '../api-config.ts'
import type { AppEnv } from '../app-env.ts'

export type CookieKind = 'session' | 'login'

/** `__Host-` pins a cookie to this host over https; browsers refuse it on plain http, which only loopback uses. */
const nameOf = (kind: CookieKind, config: ApiConfig): string =>
  config.CONSOLE_URL.startsWith('https:') ? `__Host-lean-ops-${kind}` : `lean-ops-${kind}`

const attributes = (config: ApiConfig) => ({
  path: '/',
  httpOnly: true,
  secure: config.CONSOLE_URL.startsWith('https:'),
  // Lax, not Strict: the provider's redirect back is a navigation from another site.
  sameSite: 'Lax' as const,
})

export const readCookie = (c: Context<AppEnv>, kind: CookieKind, config: ApiConfig): string | undefined =>
  getCookie(c, nameOf(kind, config))

export function writeCookie(
  c: Context<AppEnv>,
  kind: CookieKind,
  config: ApiConfig,
  value: string,
  maxAgeSeconds: number,
): void {
  setCookie(c, nameOf(kind, config), value, { ...attributes(config), maxAge: maxAgeSeconds })
}

export function clearCookie(c: Context<AppEnv>, kind: CookieKind, config: ApiConfig): void {
  deleteCookie(c, nameOf(kind, config), attributes(config))
}
