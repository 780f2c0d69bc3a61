'use client'

import { isReplayKind, operationStateFacts } from '@lean-ops/common/contract/operation-facts'
import type { OperationView } from '@lean-ops/common/contract/operation-view'
import { Check } from 'lucide-react'
import { type CountWord, countWords, doneOf } from '../../../../components/operations/operation-words.ts'
import { OutcomeBar } from '../../../../components/operations/outcome-bar.tsx'
import { cn } from '../../../../components/ui/cn.ts'
import { formatExact, formatShare } from '../../../../format/format-number.ts'

type Props = {
  operation: OperationView
  chosen: CountWord | null
  onChoose: (word: CountWord | null) => void
}

/** The stages, how far it is, and the outcomes, each of which filters the list below. */
export function Progress({ operation, chosen, onChoose }: Props) {
  const { counts } = operation
  const done = doneOf(counts)
  return (
    <section aria-label="Progress" className="mx-4 rounded-lg border bg-surface p-4">
      <Stages operation={operation} />
      <p className="mt-3 mb-1.5 flex flex-wrap items-baseline gap-x-2">
        <span className="num text-xl font-semibold">
          {formatExact(done)} / {formatExact(counts.total)}
        </span>
        <span className="text-sm text-soft">
          settled · {formatShare(counts.total === 0 ? 1 : done / counts.total)}
          {counts.resent > 0
            ? ` · ${formatExact(counts.resent)} sent twice after a crash (they collapse)`
            : ''}
        </span>
      </p>
      <OutcomeBar counts={counts} className="h-3" />
      <fieldset className="mt-3 flex flex-wrap gap-1.5">
        <legend className="sr-only">Filter the messages by outcome</legend>
        {countWords
          .filter(({ word }) => counts[word] > 0 || chosen === word)
          .map(({ word, label, color, meaning }) => (
            <button
              key={word}
              type="button"
              aria-pressed={chosen === word}
              data-tip={meaning}
              onClick={() => onChoose(chosen === word ? null : word)}
              className={cn(
                'flex h-7 items-center gap-1.5 rounded-md border px-2 text-xs hover:bg-sunken',
                chosen === word && 'border-accent bg-accent-soft hover:bg-accent-soft',
              )}
            >
              <span aria-hidden="true" className="size-2.5 rounded-sm" style={{ background: color }} />
              {label}
              <span className="num font-semibold">{formatExact(counts[word])}</span>
            </button>
          ))}
      </fieldset>
    </section>
  )
}

const stageWords = { canary: 'Canary', ramp: 'Ramp', full: 'Rest' } as const

function Stages({ operation }: { operation: OperationView }) {
  const { isEnd } = operationStateFacts[operation.state]
  const hasCanary = operation.canarySize > 0
  const stages = hasCanary ? (['canary', 'ramp', 'full'] as const) : (['full'] as const)
  const at = (stages as readonly string[]).indexOf(operation.stage)
  const isVerifying = operation.state === 'verifying'
  const steps = [
    { label: 'Planned', isDone: true, isNow: false },
    ...stages.map((stage, index) => ({
      label: hasCanary
        ? `${stageWords[stage]}${stage === 'canary' ? ` ${operation.canarySize}` : ''}`
        : isReplayKind(operation.kind)
          ? 'Send'
          : 'Act',
      isDone: isEnd || isVerifying || index < at,
      isNow: !isEnd && !isVerifying && index === at,
    })),
    ...(isReplayKind(operation.kind) ? [{ label: 'Verify', isDone: isEnd, isNow: isVerifying }] : []),
    {
      label: operationStateFacts[operation.state].isEnd ? operationStateFacts[operation.state].word : 'Done',
      isDone: isEnd,
      isNow: false,
    },
  ]
  return (
    <ol aria-label="Stages" className="flex flex-wrap items-center gap-x-1 gap-y-1 text-xs">
      {steps.map((step, index) => (
        <li
          key={step.label}
          aria-current={step.isNow ? 'step' : undefined}
          className="flex items-center gap-1"
        >
          {index > 0 ? <span aria-hidden="true" className="h-px w-5 bg-line-strong" /> : null}
          <span
            className={cn(
              'flex h-6 items-center gap-1 rounded-full border px-2',
              step.isNow && 'border-accent bg-accent-soft font-medium text-accent',
              step.isDone ? 'text-ink' : !step.isNow && 'text-faint',
            )}
          >
            {step.isDone ? <Check aria-hidden="true" className="size-3" /> : null}
            {step.label}
          </span>
        </li>
      ))}
    </ol>
  )
}
