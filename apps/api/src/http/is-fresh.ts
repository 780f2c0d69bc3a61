import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import type { AppEnv } from '../app-env.ts'

/**
 * Sets the answer's ETag from version counters and whatever else decides its content (query, the reader's owners), and
 * says whether the reader already has it: then answer 304 without running the query.
 */
export function isFresh(c: Context<AppEnv>, ...parts: readonly unknown[]): boolean {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)
  const etag = `W/"${digest}"`
  c.header('ETag', etag)
  c.header('Cache-Control', 'private, no-cache')
  c.header('Vary', 'Cookie, Authorization')
  const known = c.req.header('If-None-Match')
  return known?.split(',').some((tag) => tag.trim() === etag) ?? false
}
