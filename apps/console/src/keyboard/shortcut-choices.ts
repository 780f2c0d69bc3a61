import { type Shortcut, shortcuts } from './shortcuts.ts'

/** What a reader has changed about the keys: all single keys off, or other keys for some of them. */
export type ShortcutChoices = { isOff: boolean; keys: Readonly<Record<string, string>> }

const storageKey = 'lean-ops-shortcuts'
const none: ShortcutChoices = { isOff: false, keys: {} }

let choices: ShortcutChoices | undefined
const listeners = new Set<() => void>()

const nameOf = ({ scope, action }: Pick<Shortcut, 'scope' | 'action'>): string => `${scope}:${action}`

function parse(text: string | null): ShortcutChoices {
  if (text === null) return none
  try {
    const { isOff, keys } = JSON.parse(text) as Partial<ShortcutChoices>
    return { isOff: isOff === true, keys: typeof keys === 'object' && keys !== null ? keys : {} }
  } catch {
    return none
  }
}

/** The choices of this browser; other tabs see them when they are loaded again. */
export const shortcutChoices = {
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  },
  get(): ShortcutChoices {
    choices ??= typeof localStorage === 'undefined' ? none : parse(localStorage.getItem(storageKey))
    return choices
  },
  /** What the server renders, and the first paint repeats. */
  getServer: (): ShortcutChoices => none,
  set(next: ShortcutChoices) {
    choices = next
    localStorage.setItem(storageKey, JSON.stringify(next))
    for (const listener of listeners) listener()
  },
}

/** The table as it is in force. Combinations with Ctrl or ⌘ and Enter stay when single keys are off. */
export function shortcutsInForce(chosen: ShortcutChoices): Shortcut[] {
  const all: readonly Shortcut[] = shortcuts
  return all
    .map((shortcut) => ({ ...shortcut, keys: chosen.keys[nameOf(shortcut)] ?? shortcut.keys }))
    .filter((shortcut) => !chosen.isOff || !isSingleKey(shortcut))
}

/** Keys that a stray finger or speech input can press: those are what may be moved or switched off. */
export function isSingleKey({ keys }: Pick<Shortcut, 'keys'>): boolean {
  return !keys.startsWith('mod+') && keys !== 'Enter'
}

/** Why these keys cannot be given to a shortcut; undefined when they can. */
export function refusalOfKeys(shortcut: Shortcut, keys: string, chosen: ShortcutChoices): string | undefined {
  if (!/^\S( \S)?$/.test(keys)) return 'One key, or two typed one after the other.'
  const first = keys.split(' ')[0]
  const taken = shortcutsInForce({ ...chosen, isOff: false }).find((other) => {
    if (nameOf(other) === nameOf(shortcut)) return false
    const meets = other.scope === shortcut.scope || other.scope === 'global' || shortcut.scope === 'global'
    // A key that begins another shortcut would wait for a second one.
    const isStart = other.keys.split(' ')[0] === first && other.keys.includes(' ') !== keys.includes(' ')
    return meets && (other.keys === keys || isStart)
  })
  return taken ? `“${keys}” is taken by “${taken.label}”.` : undefined
}

/** The choices with other keys for one shortcut; its own keys again when `keys` is undefined. */
export function withKeys(
  chosen: ShortcutChoices,
  shortcut: Shortcut,
  keys: string | undefined,
): ShortcutChoices {
  const { [nameOf(shortcut)]: _, ...rest } = chosen.keys
  return { ...chosen, keys: keys === undefined ? rest : { ...rest, [nameOf(shortcut)]: keys } }
}
