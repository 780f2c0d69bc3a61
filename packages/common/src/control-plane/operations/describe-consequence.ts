import type { LetterParameters } from '../../contract/operation.ts'

/** The sentence on the confirming button and in the list: count, verb, target. Used as the operation's title too. */
export function describeConsequence(
  parameters: LetterParameters,
  count: number,
  byTopic: readonly { topic: string; count: number }[],
): string {
  const messages = `${count.toLocaleString('en-US')} ${count === 1 ? 'message' : 'messages'}`
  const [first, ...others] = byTopic
  const where =
    first === undefined ? 'no topic' : others.length === 0 ? first.topic : `${byTopic.length} topics`
  switch (parameters.kind) {
    case 'replay':
      return `Replay ${messages} to ${where}`
    case 'edit-and-replay':
      return `Edit ${messages} and replay to ${where}`
    case 'transform-and-replay':
      return `Transform ${messages} and replay to ${where}`
    case 'discard':
      return `Discard ${messages} of ${where}`
    case 'restore':
      return `Restore ${messages} of ${where}`
    case 're-evaluate-rejects':
      return `Judge ${messages} of ${where} again by the active contract`
    case 'export':
      return `Export ${messages} of ${where} as ${parameters.format === 'csv' ? 'CSV' : 'NDJSON'}`
  }
}
