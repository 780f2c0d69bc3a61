/** Where keys act. `global` is everywhere; the others only while their list has the focus or its page is open. */
export type ShortcutScope = 'global' | 'topics' | 'dead-letters' | 'operations'

export type Shortcut = {
  scope: ShortcutScope
  /** As `KeyboardEvent.key`; `mod+` is Ctrl or ⌘; two keys with a space are typed one after the other. */
  keys: string
  action: string
  label: string
}

/** The one table of keys: what the `?` sheet lists is what works. Keys never act on data; they open or move. */
export const shortcuts = [
  { scope: 'global', keys: 'mod+k', action: 'palette', label: 'Search or jump to…' },
  { scope: 'global', keys: '?', action: 'help', label: 'Show these keys' },
  { scope: 'global', keys: 'g t', action: 'go-topics', label: 'Go to Topics' },
  { scope: 'global', keys: 'g d', action: 'go-dead-letters', label: 'Go to Dead letters' },
  { scope: 'global', keys: 'g o', action: 'go-operations', label: 'Go to Operations' },
  { scope: 'global', keys: 'g a', action: 'go-audit', label: 'Go to Audit' },
  { scope: 'global', keys: 'g s', action: 'go-system', label: 'Go to System' },
  { scope: 'topics', keys: '/', action: 'filter', label: 'Filter topics' },
  { scope: 'topics', keys: 'j', action: 'next', label: 'Next row' },
  { scope: 'topics', keys: 'k', action: 'previous', label: 'Previous row' },
  { scope: 'topics', keys: 'Enter', action: 'open', label: 'Open the topic' },
  { scope: 'topics', keys: 'x', action: 'select', label: 'Select the row' },
  { scope: 'topics', keys: 'r', action: 'replay', label: 'Replay its dead letters… (opens the dialog)' },
  { scope: 'dead-letters', keys: '/', action: 'filter', label: 'Search text' },
  { scope: 'dead-letters', keys: 'j', action: 'next', label: 'Next row' },
  { scope: 'dead-letters', keys: 'k', action: 'previous', label: 'Previous row' },
  { scope: 'dead-letters', keys: 'Enter', action: 'open', label: 'Inspect the row' },
  { scope: 'dead-letters', keys: 'x', action: 'select', label: 'Select the row' },
  { scope: 'dead-letters', keys: 'v', action: 'view', label: 'Switch between groups and messages' },
  { scope: 'dead-letters', keys: 'r', action: 'replay', label: 'Replay… (opens the dialog)' },
  { scope: 'dead-letters', keys: 'd', action: 'discard', label: 'Discard… (opens the dialog)' },
  { scope: 'operations', keys: 'j', action: 'next', label: 'Next row' },
  { scope: 'operations', keys: 'k', action: 'previous', label: 'Previous row' },
  { scope: 'operations', keys: 'Enter', action: 'open', label: 'Open the operation' },
] as const satisfies readonly Shortcut[]

export type ShortcutAction<S extends ShortcutScope> = Extract<
  (typeof shortcuts)[number],
  { scope: S }
>['action']

/** Whether typed keys belong to the element that has the focus, not to the page. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

/**
 * The action of a key press in a scope, if any. `pending` is the first key of a two-key shortcut typed before.
 * Returns `pending` when the key may begin one.
 */
export function matchShortcut(
  inForce: readonly Shortcut[],
  scope: ShortcutScope,
  press: { key: string; isMod: boolean },
  pending: string | undefined,
): { action?: string; pending?: string } {
  const typed = press.isMod ? `mod+${press.key.toLowerCase()}` : press.key
  const ofScope = inForce.filter((shortcut) => shortcut.scope === scope)
  const whole = pending === undefined ? typed : `${pending} ${typed}`
  const hit = ofScope.find((shortcut) => shortcut.keys === whole)
  if (hit) return { action: hit.action }
  const isStart = ofScope.some((shortcut) => shortcut.keys.startsWith(`${typed} `))
  return isStart ? { pending: typed } : {}
}
