import type { DeadLetterView } from '@lean-ops/common/contract/dead-letter-requests'
import { isFailureCode } from '@lean-ops/common/contract/failure-catalogue'
import { remedies } from '@lean-ops/common/contract/remedies'
import type { ReactNode } from 'react'
import { Button } from '../../../components/ui/button.tsx'

const replayWords = {
  yes: 'Yes: the same message may pass now.',
  'after-fix': 'Only once the cause is repaired.',
  no: 'No: unchanged, it would fail again.',
}

/** What went wrong, what to do about it, and why it is in its group. */
export function InspectorError({ letter, onShowGroup }: { letter: DeadLetterView; onShowGroup: () => void }) {
  const remedy = isFailureCode(letter.code) ? remedies[letter.code] : undefined
  return (
    <div className="flex flex-col gap-4 p-4 text-sm">
      <p className="rounded-md border bg-sunken p-3 font-mono text-xs break-words whitespace-pre-wrap">
        {letter.errorMessage}
      </p>
      <dl className="grid gap-3">
        {remedy ? (
          <>
            <Fact name="Cause">{remedy.cause}</Fact>
            <Fact name="Where to look">{remedy.whereToLook}</Fact>
            <Fact name="What to do">{remedy.whatToDo}</Fact>
            <Fact name="Would a replay pass?">{replayWords[remedy.safeToReplay]}</Fact>
          </>
        ) : (
          <Fact name="Cause">
            This code is not in the catalogue of this version: it comes from another system or an older one.
          </Fact>
        )}
        <Fact name="Grouped by">
          <ul className="flex flex-col gap-0.5">
            {letter.parts.map((part) => (
              <li key={`${part.kind}:${part.value}`} className="font-mono text-xs break-words">
                <span className="text-faint">{part.kind}</span> {part.value}
              </li>
            ))}
          </ul>
        </Fact>
      </dl>
      <div>
        <Button size="sm" onClick={onShowGroup}>
          Show its whole group
        </Button>
      </div>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs font-medium text-soft">{name}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  )
}
