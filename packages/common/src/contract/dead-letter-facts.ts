import type { DeadLetterStatus } from './dead-letter.ts'

export type DeadLetterAction = 'replay' | 'edit' | 'discard' | 'restore' | 'export'

type StatusFacts = {
  word: string
  icon: 'inbox' | 'play' | 'search' | 'check' | 'question' | 'trash'
  hue: 'warning' | 'accent' | 'healthy' | 'degraded' | 'neutral'
  meaning: string
  actions: readonly DeadLetterAction[]
}

/** API, console, command line, alerts and docs read the words and the allowed actions here. */
export const deadLetterStatusFacts: Record<DeadLetterStatus, StatusFacts> = {
  open: {
    word: 'Open',
    icon: 'inbox',
    hue: 'warning',
    meaning: 'Failed and waiting for a decision.',
    actions: ['replay', 'edit', 'discard', 'export'],
  },
  in_operation: {
    word: 'In operation',
    icon: 'play',
    hue: 'accent',
    meaning: 'A running operation holds it; nobody else can act on it.',
    actions: ['export'],
  },
  verifying: {
    word: 'Verifying',
    icon: 'search',
    hue: 'accent',
    meaning: 'Sent again; waiting for proof that it passed the stage where it had failed.',
    actions: ['export'],
  },
  resolved: {
    word: 'Resolved',
    icon: 'check',
    hue: 'healthy',
    meaning: 'Seen at or past the stage where it had failed.',
    actions: ['export'],
  },
  unverified: {
    word: 'Unverified',
    icon: 'question',
    hue: 'degraded',
    meaning: 'Sent again, but no proof came in time: neither success nor return.',
    actions: ['replay', 'edit', 'discard', 'export'],
  },
  discarded: {
    word: 'Discarded',
    icon: 'trash',
    hue: 'neutral',
    meaning: 'Set aside by a person with a reason; can be restored until the date shown.',
    actions: ['restore', 'export'],
  },
}
