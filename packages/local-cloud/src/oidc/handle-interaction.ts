import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Interaction, Provider } from 'oidc-provider'
import { checkPassword } from './demo-users.ts'
import { grantEverything } from './grant-everything.ts'
import type { LocalSecrets } from './local-secrets.ts'
import { errorPage, signInPage } from './pages.ts'

/** Makes guessing slow without any bookkeeping. */
const wrongPasswordMs = 400
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}

/** GET shows the sign-in form of an interaction, POST takes name and password. */
export async function handleInteraction(
  provider: Provider,
  secrets: LocalSecrets,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const details = await provider.interactionDetails(request, response).catch(() => undefined)
  if (details === undefined) {
    response.writeHead(400, headers)
    response.end(errorPage('This sign-in is over', { hint: 'Go back to the console and sign in again.' }))
    return
  }
  if (details.prompt.name === 'consent') return consent(provider, details, request, response)
  const action = `/interaction/${details.uid}`
  if (request.method !== 'POST') {
    response.writeHead(200, headers)
    response.end(signInPage(action))
    return
  }
  const form = new URLSearchParams(await text(request))
  const name = form.get('name') ?? ''
  const user = checkPassword(secrets, name, form.get('password') ?? '')
  if (user === undefined) {
    await sleep(wrongPasswordMs)
    response.writeHead(401, headers)
    response.end(signInPage(action, { name, message: 'User and password do not match.' }))
    return
  }
  await provider.interactionFinished(
    request,
    response,
    { login: { accountId: user.id } },
    { mergeWithLastSubmission: false },
  )
}

/** A program that asks for consent explicitly gets it: on one's own laptop every client is ours. */
async function consent(
  provider: Provider,
  details: Interaction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const clientId = details.params.client_id
  const accountId = details.session?.accountId
  if (typeof clientId !== 'string' || accountId === undefined) {
    response.writeHead(400, headers)
    response.end(errorPage('This sign-in is over', { hint: 'Begin again where you came from.' }))
    return
  }
  const grantId = await grantEverything(provider, accountId, clientId).save()
  await provider.interactionFinished(
    request,
    response,
    { consent: { grantId } },
    { mergeWithLastSubmission: true },
  )
}
