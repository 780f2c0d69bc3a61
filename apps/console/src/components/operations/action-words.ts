import type { OperationKind } from '@lean-ops/common/contract/operation'
import { formatCount } from '../../format/format-number.ts'

type Words = {
  title: string
  consequence: string
  placeholder: string
  defaultReason: (count: number) => string
}

/** What each kind of action is called and means, before the server says it in numbers. */
export const actionWords: Record<OperationKind, Words> = {
  replay: {
    title: 'Replay',
    consequence: 'Sends the messages, unchanged and with all their attributes, to the queue each came from.',
    placeholder: 'e.g. delivery role repaired in #482',
    defaultReason: (count) => `${formatCount(count, 'message')} replayed by one click`,
  },
  'edit-and-replay': {
    title: 'Edit and replay',
    consequence: 'Sends the edited message to the queue it came from. The original stays in the archive.',
    placeholder: 'e.g. missing userId taken from the order system',
    defaultReason: (count) => `${formatCount(count, 'message')} edited and replayed`,
  },
  'transform-and-replay': {
    title: 'Transform and replay',
    consequence: 'Applies the same change to each message and sends it to the queue it came from.',
    placeholder: 'e.g. decimal comma to point, see ticket',
    defaultReason: (count) => `${formatCount(count, 'message')} transformed and replayed`,
  },
  discard: {
    title: 'Discard',
    consequence:
      'Sets the messages aside. They count as discarded in the account, and can be restored for 30 days.',
    placeholder: 'e.g. test data of the load test on 21 November',
    defaultReason: (count) => `${formatCount(count, 'message')} discarded`,
  },
  restore: {
    title: 'Restore',
    consequence: 'Puts discarded messages back among the open dead letters. Nothing is sent.',
    placeholder: 'e.g. discarded by mistake',
    defaultReason: (count) => `${formatCount(count, 'message')} restored by one click`,
  },
  export: {
    title: 'Export',
    consequence:
      'Writes the dead letters, masked as you see them, to a file that can be downloaded for 24 hours.',
    placeholder: 'e.g. sent to the producer team for analysis',
    defaultReason: (count) => `${formatCount(count, 'message')} exported`,
  },
}
