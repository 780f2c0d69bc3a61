'use client'

import { useCallback, useSyncExternalStore } from 'react'

/** Whether the window is at least `px` wide. Narrow until the browser has answered, as the server cannot know. */
export function useIsWide(px: number): boolean {
  const media = `(min-width: ${px}px)`
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(media)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    [media],
  )
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(media).matches,
    () => false,
  )
}
