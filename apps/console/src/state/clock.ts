'use client'

import { createContext, useCallback, useContext, useSyncExternalStore } from 'react'
import { serverNowMs } from './server-clock.ts'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function tick() {
  if (document.visibilityState === 'hidden') return
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  if (timer === undefined) {
    timer = setInterval(tick, 1000)
    document.addEventListener('visibilitychange', tick)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
    document.removeEventListener('visibilitychange', tick)
  }
}

/** The moment the server rendered the page: what the first paint in the browser must repeat. */
export const RenderedAt = createContext(0)

/** A text that depends on the time. Components render again only when the text changes, not every second. */
export function useClockText(toText: (nowMs: number) => string): string {
  const renderedAt = useContext(RenderedAt)
  const server = useCallback(() => toText(renderedAt), [toText, renderedAt])
  return useSyncExternalStore(subscribe, () => toText(serverNowMs()), server)
}
