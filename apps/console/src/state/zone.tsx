'use client'

import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import { isZone } from '../format/format-time.ts'

type Zone = { zone: string; setZone: (zone: string) => void }

const ZoneContext = createContext<Zone>({ zone: 'UTC', setZone: () => undefined })

/** The zone of the browser, or UTC where the browser names one this runtime does not know. */
export function browserZone(): string {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return isZone(zone) ? zone : 'UTC'
}

/** Holds the chosen zone. It lives in a cookie so that server and browser write the same times. */
export function ZoneProvider({ initialZone, children }: { initialZone: string; children: ReactNode }) {
  const [zone, setState] = useState(initialZone)
  const value = useMemo(
    () => ({
      zone,
      setZone: (next: string) => {
        // biome-ignore lint/suspicious/noDocumentCookie: CookieStore is not in every supported browser
        document.cookie = `zone=${encodeURIComponent(next)}; path=/; max-age=31536000; samesite=lax`
        setState(next)
      },
    }),
    [zone],
  )
  return <ZoneContext value={value}>{children}</ZoneContext>
}

export function useZone(): Zone {
  return useContext(ZoneContext)
}
