import type {
  JobKind,
  JobParameters,
  OperationKind,
  OperationParameters,
  OperationState,
} from './operation.ts'
import type { Permission } from './permissions.ts'

export type OperationAction = 'pause' | 'resume' | 'cancel' | 'set_rate'

type StateFacts = {
  word: string
  icon:
    | 'clock'
    | 'play'
    | 'hourglass'
    | 'hand'
    | 'plug'
    | 'search'
    | 'check'
    | 'triangle'
    | 'stop'
    | 'octagon'
  hue: 'neutral' | 'accent' | 'warning' | 'paused' | 'degraded' | 'healthy'
  meaning: string
  isEnd: boolean
  actions: readonly OperationAction[]
}

/** One table per noun: API, console, command line, alerts and docs read the words and the allowed actions here. */
export const operationStateFacts: Record<OperationState, StateFacts> = {
  queued: {
    word: 'Queued',
    icon: 'clock',
    hue: 'neutral',
    meaning: 'Confirmed; a worker takes it up within seconds.',
    isEnd: false,
    actions: ['pause', 'cancel', 'set_rate'],
  },
  running: {
    word: 'Running',
    icon: 'play',
    hue: 'accent',
    meaning: 'A worker is acting on its items.',
    isEnd: false,
    actions: ['pause', 'cancel', 'set_rate'],
  },
  waiting: {
    word: 'Waiting',
    icon: 'hourglass',
    hue: 'warning',
    meaning: 'Goes on by itself when the cause is gone.',
    isEnd: false,
    actions: ['pause', 'cancel', 'set_rate'],
  },
  paused: {
    word: 'Paused',
    icon: 'hand',
    hue: 'paused',
    meaning: 'Stands still until a person resumes it.',
    isEnd: false,
    actions: ['resume', 'cancel', 'set_rate'],
  },
  stalled: {
    word: 'Stalled',
    icon: 'plug',
    hue: 'degraded',
    meaning: 'No heartbeat from its worker; another worker takes over when the lease ends.',
    isEnd: false,
    actions: ['pause', 'cancel'],
  },
  verifying: {
    word: 'Verifying',
    icon: 'search',
    hue: 'accent',
    meaning: 'Everything is sent; waiting for proof that each message passed the stage where it had failed.',
    isEnd: false,
    actions: ['cancel'],
  },
  completed: {
    word: 'Completed',
    icon: 'check',
    hue: 'healthy',
    meaning: 'Every item has its outcome and none failed.',
    isEnd: true,
    actions: [],
  },
  completed_with_failures: {
    word: 'Completed with failures',
    icon: 'triangle',
    hue: 'warning',
    meaning: 'Every item has its outcome; some returned, failed or could not be verified.',
    isEnd: true,
    actions: [],
  },
  cancelling: {
    word: 'Cancelling',
    icon: 'stop',
    hue: 'warning',
    meaning: 'Nothing new is sent; batches in flight are being settled.',
    isEnd: false,
    actions: [],
  },
  cancelled: {
    word: 'Cancelled',
    icon: 'stop',
    hue: 'neutral',
    meaning: 'Stopped by a person. What was sent before stays sent.',
    isEnd: true,
    actions: [],
  },
  failed: {
    word: 'Failed',
    icon: 'octagon',
    hue: 'degraded',
    meaning: 'The engine could not go on; the reason names the remedy.',
    isEnd: true,
    actions: [],
  },
}

/** Kinds that send messages again: their items settle later, by proof, and a canary makes sense for them. */
export const isReplayKind = (kind: OperationKind): boolean =>
  kind === 'replay' || kind === 'edit-and-replay' || kind === 'transform-and-replay'

type KindFacts = {
  word: string
  /** What a person needs on a topic's owner to run an operation of this kind there. */
  permission: Permission
  selects: 'dead letters' | 'topics' | 'run'
}

/** What each kind is called, needs, and acts on. */
export const operationKindFacts: Record<OperationKind, KindFacts> = {
  replay: { word: 'Replay', permission: 'replay', selects: 'dead letters' },
  'edit-and-replay': { word: 'Edit and replay', permission: 'edit', selects: 'dead letters' },
  'transform-and-replay': { word: 'Transform and replay', permission: 'edit', selects: 'dead letters' },
  discard: { word: 'Discard', permission: 'discard', selects: 'dead letters' },
  restore: { word: 'Restore', permission: 'discard', selects: 'dead letters' },
  export: { word: 'Export', permission: 'export', selects: 'dead letters' },
  're-evaluate-rejects': { word: 'Re-evaluate rejects', permission: 'run', selects: 'dead letters' },
  rerun: { word: 'Rerun', permission: 'run', selects: 'run' },
  'run-with-input': { word: 'Run', permission: 'run', selects: 'topics' },
  redrive: { word: 'Redrive', permission: 'run', selects: 'run' },
  stop: { word: 'Stop', permission: 'run', selects: 'run' },
  rebuild: { word: 'Rebuild', permission: 'run', selects: 'topics' },
  'refresh-snowflake': { word: 'Refresh Snowflake', permission: 'run', selects: 'topics' },
  account: { word: 'Compute the account', permission: 'run', selects: 'topics' },
  'what-if': { word: 'What-if', permission: 'contract', selects: 'topics' },
  'activate-contract': { word: 'Activate a contract', permission: 'admin', selects: 'topics' },
  maintain: { word: 'Maintain tables', permission: 'run', selects: 'topics' },
  'rebuild-from-raw': { word: 'Rebuild from RAW', permission: 'run', selects: 'topics' },
}

/** Kinds whose items are topics or a run, not messages. */
export const isJobKind = (kind: OperationKind): kind is JobKind =>
  operationKindFacts[kind].selects !== 'dead letters'

export const isJob = (parameters: OperationParameters): parameters is JobParameters =>
  isJobKind(parameters.kind)
