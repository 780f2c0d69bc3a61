'use client'

import { useEffect, useEffectEvent, useRef } from 'react'
import { shortcutChoices, shortcutsInForce } from './shortcut-choices.ts'
import { isTyping, matchShortcut, type ShortcutAction, type ShortcutScope } from './shortcuts.ts'

const sequenceMs = 2_000

/**
 * Acts on the keys of one scope while mounted. Ignored while typing, composing (IME), in dialogs and menus, and
 * when another part of the page has handled the key.
 */
export function useShortcuts<S extends ShortcutScope>(
  scope: S,
  handlers: Partial<Record<ShortcutAction<S>, (event: KeyboardEvent) => void>>,
) {
  const pending = useRef<{ key: string; atMs: number }>(undefined)
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return
    const isMod = event.metaKey || event.ctrlKey
    if (!isMod && isTyping(event.target)) return
    if (!isMod && document.querySelector('[role="dialog"][data-state="open"], [role="menu"]')) return
    // Enter and Space belong to the button or link that has the focus.
    if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.matches('a, button'))
      return
    const before = pending.current
    const first = before && event.timeStamp - before.atMs < sequenceMs ? before.key : undefined
    const inForce = shortcutsInForce(shortcutChoices.get())
    const match = matchShortcut(inForce, scope, { key: event.key, isMod }, first)
    pending.current = match.pending === undefined ? undefined : { key: match.pending, atMs: event.timeStamp }
    const handler = handlers[match.action as ShortcutAction<S>]
    if (match.action === undefined || !handler) return
    event.preventDefault()
    handler(event)
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event)
    document.addEventListener('keydown', listener)
    return () => document.removeEventListener('keydown', listener)
  }, [])
}
