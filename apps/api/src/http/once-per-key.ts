import { createHash } from 'node:crypto'
import { apiHeaders } from '@lean-ops/common/contract/api-conventions'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { idempotencyKeys } from '@lean-ops/common/control-plane/schema/idempotency-keys'
import { AppError } from '@lean-ops/common/errors/app-error'
import { and, eq, isNull, lt } from 'drizzle-orm'
import type { MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { AppEnv } from '../app-env.ts'

const keptMs = 24 * 60 * 60_000
/** Longer than any request may take: after that the first one is dead and its key free. */
const deadMs = 60_000
const keyPattern = /^[\x21-\x7e]{8,200}$/

/**
 * A state change with an Idempotency-Key happens once per actor and key: the same request again gets the first answer,
 * another request with the same key is refused (422), one that comes while the first still runs is told so (409).
 */
export function oncePerKey(deps: { db: Database; now: () => Date }): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const key = c.req.header(apiHeaders.idempotencyKey)
    const actor = c.get('actor')
    if (key === undefined || actor === null || ['GET', 'HEAD', 'OPTIONS'].includes(c.req.method))
      return next()
    if (!keyPattern.test(key))
      throw new AppError('INVALID_INPUT', 'An Idempotency-Key has 8 to 200 visible ASCII characters.')
    const { pathname, search } = new URL(c.req.url)
    const requestHash = createHash('sha256')
      .update(`${c.req.method}\n${pathname}${search}\n${c.req.header('If-Match') ?? ''}\n`)
      .update(await c.req.text())
      .digest('hex')
    const first = await claimKey(deps, actor.id, key, requestHash)
    if (first !== undefined) {
      if (first.etag !== null) c.header('ETag', first.etag)
      c.header('Content-Type', 'application/json')
      c.header('Idempotent-Replay', 'true')
      return first.body === '' ? c.body(null, 204) : c.body(first.body, first.status)
    }
    await next()
    const row = and(eq(idempotencyKeys.actor, actor.id), eq(idempotencyKeys.key, key))
    // Only what happened is remembered: a refusal or a failure may be tried again with the same key.
    if (!c.res.ok) await deps.db.delete(idempotencyKeys).where(row)
    else
      await deps.db
        .update(idempotencyKeys)
        .set({
          status: c.res.status,
          response: { body: await c.res.clone().text(), etag: c.res.headers.get('ETag') },
        })
        .where(row)
    return
  }
}

type FirstAnswer = { status: ContentfulStatusCode; body: string; etag: string | null }

/** Takes the key for this request, or returns the answer it already has. */
async function claimKey(
  deps: { db: Database; now: () => Date },
  actor: string,
  key: string,
  requestHash: string,
): Promise<FirstAnswer | undefined> {
  const now = deps.now()
  const fresh = {
    requestHash,
    status: null,
    response: null,
    createdAt: now,
    expiresAt: new Date(now.getTime() + keptMs),
  }
  await deps.db.delete(idempotencyKeys).where(lt(idempotencyKeys.expiresAt, now))
  const inserted = await deps.db
    .insert(idempotencyKeys)
    .values({ actor, key, ...fresh })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key })
  if (inserted.length > 0) return undefined
  const row = and(eq(idempotencyKeys.actor, actor), eq(idempotencyKeys.key, key))
  const [known] = await deps.db.select().from(idempotencyKeys).where(row)
  if (known !== undefined && known.requestHash !== requestHash)
    throw new AppError('UNPROCESSABLE', 'This Idempotency-Key was used for another request.')
  if (known?.response && known.status !== null)
    return { ...known.response, status: known.status as ContentfulStatusCode }
  const taken = await deps.db
    .update(idempotencyKeys)
    .set(fresh)
    .where(
      and(
        row,
        isNull(idempotencyKeys.status),
        lt(idempotencyKeys.createdAt, new Date(now.getTime() - deadMs)),
      ),
    )
    .returning({ key: idempotencyKeys.key })
  if (taken.length > 0) return undefined
  throw new AppError('CONFLICT', 'The same request is still being worked on.', {
    context: { reason: 'IN_PROGRESS', retryAfterSeconds: 1 },
  })
}
