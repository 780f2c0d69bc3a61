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
  're-evaluate-rejects': {
    title: 'Re-evaluate rejects',
    consequence: "Judges the rejected messages again by today's contract. Those that pass are taken up.",
    placeholder: 'e.g. the contract was widened in #482',
    defaultReason: (count) => `${formatCount(count, 'reject')} re-evaluated`,
  },
  rerun: {
    title: 'Run again',
    consequence: 'Starts another execution with the same input.',
    placeholder: 'e.g. the failed job is repaired',
    defaultReason: () => 'Run again from the console',
  },
  'run-with-input': {
    title: 'Run now',
    consequence: 'Starts a run for each topic; a topic that already runs is left alone.',
    placeholder: 'e.g. needed before the report at nine',
    defaultReason: (count) => `${formatCount(count, 'topic')} run from the console`,
  },
  redrive: {
    title: 'Redrive from the failure',
    consequence: 'Goes on where the execution failed, with what it had reached.',
    placeholder: 'e.g. the failed job is repaired',
    defaultReason: () => 'Redriven from the console',
  },
  stop: {
    title: 'Stop the run',
    consequence: 'Ends the execution. What it has committed stays committed.',
    placeholder: 'e.g. started with the wrong input',
    defaultReason: () => 'Stopped from the console',
  },
  rebuild: {
    title: 'Rebuild',
    consequence: 'Computes the table anew from the layer below it.',
    placeholder: 'e.g. after the change of the contract in #482',
    defaultReason: (count) => `${formatCount(count, 'topic')} rebuilt`,
  },
  'refresh-snowflake': {
    title: 'Refresh Snowflake',
    consequence: 'Has Snowflake read the newest snapshot of each table.',
    placeholder: 'e.g. needed before the report at nine',
    defaultReason: (count) => `${formatCount(count, 'table')} refreshed in Snowflake`,
  },
  account: {
    title: 'Compute the account',
    consequence: 'Counts every message of the closed part again and compares the sums.',
    placeholder: 'e.g. checked after the repair',
    defaultReason: (count) => `Account of ${formatCount(count, 'topic')} computed`,
  },
  'what-if': {
    title: 'What if?',
    consequence: 'Judges recent messages by the draft. Nothing is changed.',
    placeholder: 'e.g. before activating the draft',
    defaultReason: () => 'Draft tried on recent messages',
  },
  'activate-contract': {
    title: 'Activate the contract',
    consequence: 'The draft becomes the contract in force, and the tables are migrated to it.',
    placeholder: 'e.g. agreed with the producer in #482',
    defaultReason: () => 'Contract activated',
  },
  maintain: {
    title: 'Maintain tables',
    consequence:
      'Compacts small files and drops old snapshots that nobody needs. Runs of the topic wait meanwhile.',
    placeholder: 'e.g. many small files after the backfill',
    defaultReason: (count) => `Tables of ${formatCount(count, 'topic')} maintained`,
  },
  'rebuild-from-raw': {
    title: 'Rebuild from RAW',
    consequence: 'Builds all tables of the topic anew from RAW. Runs of the topic wait meanwhile.',
    placeholder: 'e.g. checked after the change of the key',
    defaultReason: (count) => `${formatCount(count, 'topic')} rebuilt from RAW`,
  },
}
