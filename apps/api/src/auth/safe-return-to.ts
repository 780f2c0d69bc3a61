/**
 * Where to go after signing in: a path on our own origin, or `/`. Everything a browser could read as another origin
 * (`//host`, `/\host`, `https:`, control characters) and our own machine routes are refused.
 */
export function safeReturnTo(wanted: string | undefined, origin: string): string {
  if (wanted === undefined || !/^\/(?![/\\])/.test(wanted)) return '/'
  // URL parsers drop tabs and line breaks: "/\t/host" would become "//host".
  for (const character of wanted)
    if (character <= ' ' || character === '\\' || character === '\u007f') return '/'
  if (!URL.canParse(wanted, origin)) return '/'
  const url = new URL(wanted, origin)
  if (url.origin !== origin || /^\/(api|auth)(\/|$)/.test(url.pathname)) return '/'
  const path = `${url.pathname}${url.search}${url.hash}`
  // Normalising "/.//host" leaves "//host", which a Location header would read as another host.
  return path.startsWith('//') ? '/' : path
}
