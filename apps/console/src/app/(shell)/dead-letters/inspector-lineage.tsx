import type { DeadLetterView } from '@lean-ops/common/contract/dead-letter-requests'
import type { ReactNode } from 'react'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { Copyable } from '../../../components/ui/copyable.tsx'

/** Where the message comes from and what became of it: the ids that stay through replays and edits. */
export function InspectorLineage({ letter }: { letter: DeadLetterView }) {
  const time = (at: string | null) => (at === null ? <Unknown /> : <Timestamp at={at} form="full" />)
  const id = (text: string | null) => (text === null ? <Unknown /> : <Copyable text={text} />)
  const rows: [string, ReactNode][] = [
    ['Message id', id(letter.messageId)],
    ['Dead letter', id(letter.id)],
    ['Business key', id(letter.idempotencyKey)],
    ['Published', time(letter.publishTime)],
    ['First received', time(letter.firstReceivedAt)],
    ['First failed', time(letter.firstFailedAt)],
    ['Last failed', time(letter.lastFailedAt)],
    ['Attempt', `${letter.attempt} (${letter.failures} failures)`],
    ['Edit', letter.editRevision === 0 ? 'as the producer sent it' : `revision ${letter.editRevision}`],
    ['Origin', id(letter.originArn)],
    ['Last replay', id(letter.replayId)],
  ]
  if (letter.verifyUntil)
    rows.push([
      'Verifying',
      <span key="verify">
        at {letter.verifyStage ?? letter.stage}, until <Timestamp at={letter.verifyUntil} />
      </span>,
    ])
  if (letter.discardReason) rows.push(['Discarded because', letter.discardReason])
  if (letter.restorableUntil) rows.push(['Restorable until', time(letter.restorableUntil)])
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 p-4 text-sm">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-xs leading-5 text-soft">{label}</dt>
          <dd className="min-w-0 text-xs leading-5 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Unknown() {
  return <span className="text-faint">–</span>
}
