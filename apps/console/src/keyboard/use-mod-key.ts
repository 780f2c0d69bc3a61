import { useSyncExternalStore } from 'react'

const never = () => () => undefined

/** How the reader's keyboard names the key of `mod+`: ⌘ on Apple's systems, Ctrl elsewhere and on the server. */
export const useModKey = (): '⌘' | 'Ctrl ' =>
  useSyncExternalStore(
    never,
    () => modKeyOf(navigator.platform),
    () => 'Ctrl ',
  )

/** By what `navigator.platform` says. */
export const modKeyOf = (platform: string): '⌘' | 'Ctrl ' => (/^(Mac|iP)/.test(platform) ? '⌘' : 'Ctrl ')
