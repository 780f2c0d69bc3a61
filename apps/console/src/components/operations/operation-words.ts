import type { ItemReason, OperationCause, OperationCounts } from '@lean-ops/common/contract/operation'

export const causeWords: Record<OperationCause, string> = {
  start_delay: 'Starts in a few seconds, so that it can still be undone.',
  breaker: 'A breaker of its topics is open: goes on when it closes.',
  topic_paused: 'A topic is paused: goes on when it is resumed.',
  cap: 'Too many operations run at once: next when one ends.',
  hold: 'All operations are held.',
  canary_settling: 'Waits for the outcomes of the first messages before it sends more.',
  person: 'Paused by a person.',
  return_rate: 'Paused by itself: too many messages came back.',
  error: 'Paused by itself after an error.',
}

export const reasonWords: Record<ItemReason, string> = {
  no_longer_open: 'no longer open when its turn came',
  in_other_operation: 'held by another operation',
  body_missing: 'its stored body is gone',
  origin_gone: 'its queue no longer exists',
  too_large: 'does not fit a queue message any more',
  permission: 'not permitted when its turn came',
  edit_conflict: 'the body changed since the edit was written',
  transform_failed: 'the transformation does not apply to it',
  send_failed: 'could not be sent',
  cancelled_before_send: 'cancelled before it was sent',
  not_discarded: 'was not discarded',
  topic_busy: 'another run has the topic',
  topic_paused: 'its topic is paused',
  run_failed: 'the run failed',
  run_stopped: 'the run was stopped',
  pass_held: 'the pass waits for a person',
  refused_again: 'refused again by the contract',
  migration_failed: 'the migration failed',
}

export type CountWord = Exclude<keyof OperationCounts, 'total' | 'resent'>

/** In the order of the bar: what ended well, what did not, what is still to come. */
export const countWords: readonly { word: CountWord; label: string; color: string; meaning: string }[] = [
  {
    word: 'resolved',
    label: 'Resolved',
    color: 'var(--healthy)',
    meaning: 'Seen at or past the stage where it had failed',
  },
  { word: 'returned', label: 'Returned', color: 'var(--degraded)', meaning: 'Came back as a dead letter' },
  { word: 'failed', label: 'Failed', color: 'var(--breaker)', meaning: 'Could not be acted on' },
  { word: 'unverified', label: 'Unverified', color: 'var(--warning)', meaning: 'No proof came in time' },
  { word: 'skipped', label: 'Skipped', color: 'var(--unknown)', meaning: 'Left alone, with the reason' },
  { word: 'cancelled', label: 'Cancelled', color: 'var(--line-strong)', meaning: 'Never sent' },
  { word: 'verifying', label: 'Verifying', color: 'var(--accent)', meaning: 'Sent, waiting for proof' },
  {
    word: 'sending',
    label: 'Sending',
    color: 'color-mix(in oklab, var(--accent) 45%, var(--line))',
    meaning: 'In a batch right now',
  },
  { word: 'pending', label: 'Pending', color: 'var(--line)', meaning: 'Not yet its turn' },
]

/** How many items have their outcome. */
export function doneOf(counts: OperationCounts): number {
  return counts.total - counts.pending - counts.sending - counts.verifying
}
