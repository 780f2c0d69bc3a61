import { createRoute } from '@hono/zod-openapi'
import { CommandLineSignIn, SignedOut } from '@lean-ops/common/contract/me'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { Context } from 'hono'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import type { AppEnv } from '../app-env.ts'
import { access } from '../http/access.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { readError } from '../http/read-error.ts'
import { statusOfError } from '../http/status-of-error.ts'
import { authPage } from './auth-page.ts'
import { completeLogin } from './complete-login.ts'
import { endSession } from './end-session.ts'
import { clearCookie, readCookie, writeCookie } from './session-cookies.ts'
import { loginSeconds, startLogin } from './start-login.ts'

const redirect = { 302: { description: 'Onward.' } }
const page = { 'text/html': { schema: z.string() } }

const login = createRoute({
  ...access('public', 'dead-letters-and-operations'),
  method: 'get',
  path: '/login',
  tags: ['sign-in'],
  summary: 'Begin a sign-in',
  description:
    'Redirects to the OpenID Connect provider (code flow with PKCE). `returnTo` must be a path of the console.',
  request: { query: z.object({ returnTo: z.string().max(2_000).optional() }) },
  responses: { ...redirect, ...refusalResponses(400) },
})

const callback = createRoute({
  ...access('public', 'dead-letters-and-operations'),
  method: 'get',
  path: '/callback',
  tags: ['sign-in'],
  summary: 'Where the provider sends the browser back to',
  request: {
    query: z.object({
      code: z.string().max(4_000).optional(),
      state: z.string().max(500).optional(),
      error: z.string().max(200).optional(),
    }),
  },
  responses: {
    ...redirect,
    401: { description: 'The sign-in failed; a page for people.', content: page },
    503: { description: 'The sign-in service is away; a page for people.', content: page },
  },
})

const logout = createRoute({
  ...access('public', 'dead-letters-and-operations'),
  method: 'post',
  path: '/logout',
  tags: ['sign-in'],
  summary: 'End the session',
  description:
    'Never refuses: without a live session there is nothing left to do. Go to `redirectTo` afterwards.',
  responses: {
    200: jsonResponse(SignedOut, 'Signed out here; the provider is next.'),
    ...refusalResponses(415),
  },
})

const signedOut = createRoute({
  ...access('public', 'dead-letters-and-operations'),
  method: 'get',
  path: '/signed-out',
  tags: ['sign-in'],
  summary: 'Where the provider sends the browser after signing out',
  responses: redirect,
})

const commandLine = createRoute({
  ...access('public', 'dead-letters-and-operations'),
  method: 'get',
  path: '/cli',
  tags: ['sign-in'],
  summary: 'Where and as which client the command line signs in',
  responses: {
    200: jsonResponse(CommandLineSignIn, 'Nothing secret: a public client with PKCE.'),
    ...refusalResponses(),
  },
})

/** The refusal of a sign-in as a page: a browser is looking, not a program. */
function refusalPage(c: Context<AppEnv>, deps: ApiDeps, thrown: unknown): Response {
  const error = readError(thrown)
  deps.log.error('sign-in failed', { requestId: c.get('requestId'), code: error.code, error: thrown })
  clearCookie(c, 'login', deps.config)
  c.header('Cache-Control', 'no-store')
  return c.html(authPage('Could not sign in', error.message, c.get('requestId')), statusOfError(error.code))
}

export const authRoutes = (deps: ApiDeps) =>
  nounRouter()
    .openapi(login, async (c) => {
      try {
        const { location, browser } = await startLogin(deps, c.req.valid('query').returnTo)
        writeCookie(c, 'login', deps.config, browser, loginSeconds)
        c.header('Cache-Control', 'no-store')
        return c.redirect(location, 302)
      } catch (thrown) {
        return refusalPage(c, deps, thrown)
      }
    })
    .openapi(callback, async (c) => {
      const { code, state, error } = c.req.valid('query')
      try {
        if (code === undefined || state === undefined)
          throw new AppError('UNAUTHENTICATED', `The sign-in service answered: ${error ?? 'nothing'}.`)
        const session = await completeLogin(deps, {
          code,
          state,
          browser: readCookie(c, 'login', deps.config),
          userAgent: c.req.header('User-Agent'),
          requestId: c.get('requestId'),
        })
        clearCookie(c, 'login', deps.config)
        writeCookie(c, 'session', deps.config, session.cookie, session.maxAgeSeconds)
        c.header('Cache-Control', 'no-store')
        return c.redirect(`${deps.config.CONSOLE_URL}${session.returnTo}`, 302)
      } catch (thrown) {
        return refusalPage(c, deps, thrown)
      }
    })
    .openapi(logout, async (c) => {
      const redirectTo = await endSession(deps, readCookie(c, 'session', deps.config), c.get('requestId'))
      clearCookie(c, 'session', deps.config)
      c.header('Cache-Control', 'no-store')
      return c.json({ redirectTo }, 200)
    })
    .openapi(commandLine, (c) =>
      c.json(
        {
          issuer: deps.config.OIDC_ISSUER,
          clientId: deps.config.OIDC_CLI_CLIENT_ID,
          scopes: deps.config.OIDC_CLI_SCOPES,
        },
        200,
      ),
    )
    .openapi(signedOut, (c) => c.redirect(`${deps.config.CONSOLE_URL}/signed-out`, 302))
