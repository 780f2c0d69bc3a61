'use client'

import type { TopicDetail } from '@lean-ops/common/contract/topics'
import { NothingExists } from '../../../../components/status/states.tsx'
import { Timestamp } from '../../../../components/time/timestamp.tsx'
import { Copyable } from '../../../../components/ui/copyable.tsx'
import { formatExact } from '../../../../format/format-number.ts'
import { growthOfRaw } from './rates.ts'

/** The newest RAW snapshot, and the minutes of the last hour in which the table grew. */
export function Commits({ detail }: { detail: TopicDetail }) {
  const { raw } = detail.topic
  const steps = growthOfRaw(detail.samples)
  if (raw.snapshotId === null)
    return (
      <NothingExists title="No commit yet">
        Firehose writes the first snapshot about a minute after the first message.
      </NothingExists>
    )
  return (
    <div className="p-4">
      <p className="text-sm text-soft">
        Current snapshot <Copyable text={raw.snapshotId} className="text-ink" />
        {raw.snapshotAt ? (
          <>
            , committed <Timestamp at={raw.snapshotAt} className="text-ink" />
          </>
        ) : null}
      </p>
      {steps.length === 0 ? (
        <p className="mt-4 text-sm text-soft">The table did not grow within the last hour.</p>
      ) : (
        <table className="mt-4 w-full max-w-xl text-sm">
          <caption className="sr-only">Minutes of the last hour in which RAW grew</caption>
          <thead className="text-left text-xs text-soft">
            <tr className="border-b">
              <th className="py-1.5 font-medium">Seen at</th>
              <th className="py-1.5 text-right font-medium">New rows</th>
              <th className="py-1.5 text-right font-medium">Rows then</th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => (
              <tr key={step.at} className="h-7 border-b">
                <td>
                  <Timestamp at={step.at} form="clock" />
                </td>
                <td className="num text-right">+{formatExact(step.rows)}</td>
                <td className="num text-right text-soft">{formatExact(step.total)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
