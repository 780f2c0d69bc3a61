import { consoleUrl } from './create-test-app.ts'

/** As much of a browser as signing in needs: cookies per origin and redirects, followed by hand. */
export function createBrowser(app: {
  request(url: string, init?: RequestInit): Response | Promise<Response>
}) {
  const jars = new Map<string, Map<string, string>>()
  const jarOf = (origin: string) => {
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    return jar
  }
  /** One request; our console's origin is answered by the API itself. */
  const visit = async (address: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(address, consoleUrl)
    const jar = jarOf(url.origin)
    const headers = new Headers(init.headers)
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    const isOurs = url.origin === consoleUrl
    const answer = isOurs
      ? await app.request(url.href, { ...init, headers })
      : await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    return answer
  }
  /** Follows redirects and fills in the provider's form until the browser is sent to `end`; that is not visited. */
  const followSignIn = async (
    start: string,
    name: string,
    password: string,
    end: string,
  ): Promise<string> => {
    let at = new URL(start)
    while (!at.href.startsWith(end)) {
      let answer = await visit(at.href)
      if (answer.status === 200 && at.pathname.startsWith('/interaction/'))
        answer = await visit(at.href, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ name, password }).toString(),
        })
      const location = answer.headers.get('location')
      if (location === null)
        throw new Error(`${at.pathname} answered ${answer.status}: ${await answer.text()}`)
      at = new URL(location, at)
    }
    return at.href
  }
  return {
    visit,
    followSignIn,
    cookies: (origin = consoleUrl) => Object.fromEntries(jarOf(origin)),
    /** Signs in at the provider's own form and returns the callback's address, not yet visited. */
    async signInAtProvider(name: string, password: string, returnTo = '/topics'): Promise<string> {
      const answer = await visit(`/auth/login?returnTo=${encodeURIComponent(returnTo)}`)
      return followSignIn(answer.headers.get('location') ?? '', name, password, consoleUrl)
    },
  }
}
