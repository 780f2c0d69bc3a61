export type Density = 'comfortable' | 'compact'

/** The height of table rows as remembered in its cookie. */
export function readDensity(value: string | undefined): Density {
  return value === 'compact' ? 'compact' : 'comfortable'
}

/** Remembers the choice where the server reads it too: the first paint already has the right heights. */
export function storeDensity(density: Density) {
  // biome-ignore lint/suspicious/noDocumentCookie: CookieStore is not in every supported browser
  document.cookie = `density=${density}; path=/; max-age=31536000; samesite=lax`
}
