'use client'

import type { OperationParameters } from '@lean-ops/common/contract/operation'
import { useQuery } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { JsonTree } from '../../../components/json/json-tree.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { isMaskText } from '../../../json/is-mask-text.ts'
import { bodyCharacters, bodyQuery } from '../../../queries/dead-letters.ts'
import { hasFrom, hasValue, opWords, type PatchStep, patchOps, stepsToPatch } from './patch-steps.ts'

type Props = {
  /** One of the messages: its body is shown to find paths in. */
  sampleId: string | undefined
  onClose: () => void
  onPlan: (parameters: OperationParameters) => void
}

const first: PatchStep = { key: 0, op: 'replace', path: '', from: '', value: '' }
const stepsMax = 20
const field = 'h-8 w-full min-w-0 rounded-md border border-line bg-surface px-2.5 font-mono text-xs'

/**
 * One change for many messages, as steps. What leaves the browser is a JSON Patch: the server applies it to each
 * original, shows samples before and after, and says how many would pass.
 */
export function TransformDialog({ sampleId, onClose, onPlan }: Props) {
  const [steps, setSteps] = useState<readonly PatchStep[]>([first])
  const [active, setActive] = useState(0)
  const result = stepsToPatch(steps)
  const change = (key: number, part: Partial<PatchStep>) =>
    setSteps((now) => now.map((step) => (step.key === key ? { ...step, ...part } : step)))
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Transform and replay"
      description="The same change for every selected message. The next step shows samples before and after; the originals stay in the archive."
      className="w-[min(96vw,820px)]"
    >
      <form
        className="flex flex-col gap-3 p-4"
        onSubmit={(event) => {
          event.preventDefault()
          if ('patch' in result) onPlan({ kind: 'transform-and-replay', patch: result.patch })
        }}
      >
        <ol className="flex flex-col gap-2">
          {steps.map((step, index) => (
            <li
              key={step.key}
              onFocus={() => setActive(step.key)}
              className="grid items-center gap-2 rounded-md border p-2 sm:grid-cols-[13rem_1fr_1fr_auto]"
            >
              <Select
                label={`What step ${index + 1} does`}
                value={step.op}
                options={patchOps.map((op) => ({ value: op, label: opWords[op] }))}
                onChange={(op) => change(step.key, { op: op as PatchStep['op'] })}
              />
              <input
                aria-label={`Path of step ${index + 1}`}
                placeholder="$.path, empty: the whole body"
                value={step.path}
                onChange={(event) => change(step.key, { path: event.target.value })}
                className={field}
              />
              {hasValue(step.op) ? (
                <input
                  aria-label={`Value of step ${index + 1}`}
                  placeholder={'value: 12.5, "text", null, {"a":1}'}
                  value={step.value}
                  onChange={(event) => change(step.key, { value: event.target.value })}
                  className={field}
                />
              ) : hasFrom(step.op) ? (
                <input
                  aria-label={`Source of step ${index + 1}`}
                  placeholder="from $.path or [0]"
                  value={step.from}
                  onChange={(event) => change(step.key, { from: event.target.value })}
                  className={field}
                />
              ) : (
                <span />
              )}
              <Button
                intent="ghost"
                size="iconSm"
                aria-label={`Take step ${index + 1} away`}
                disabled={steps.length === 1}
                onClick={() => setSteps((now) => now.filter((one) => one.key !== step.key))}
              >
                <Trash2 aria-hidden="true" />
              </Button>
            </li>
          ))}
        </ol>
        <div>
          <Button
            size="sm"
            disabled={steps.length >= stepsMax}
            onClick={() =>
              setSteps((now) => [...now, { ...first, key: Math.max(...now.map((s) => s.key)) + 1 }])
            }
          >
            <Plus aria-hidden="true" />
            Another step
          </Button>
        </div>
        {sampleId ? (
          <Sample
            id={sampleId}
            onPath={(path) => {
              const step = steps.find((one) => one.key === active) ?? steps[0]
              if (step) change(step.key, hasFrom(step.op) ? { from: path } : { path })
            }}
          />
        ) : null}
        <div className="flex flex-wrap items-center justify-end gap-2">
          {'missing' in result ? (
            <p className="mr-auto text-xs text-soft">To go on, {result.missing}</p>
          ) : null}
          <Button onClick={onClose}>Close</Button>
          <Button type="submit" intent="primary" disabled={'missing' in result}>
            See samples before and after…
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Sample({ id, onPath }: { id: string; onPath: (path: string) => void }) {
  const { data, error } = useQuery(bodyQuery(id, bodyCharacters.first))
  if (error) return <p className="text-xs text-soft">The sample could not be loaded: {error.message}</p>
  if (!data) return <Skeleton className="h-40" />
  if (!data.text || data.kind !== 'json' || data.isCut)
    return (
      <p className="text-xs text-soft">
        The sample message is not shown: it is masked as a whole, or not JSON.
      </p>
    )
  return (
    <section aria-label="A sample message">
      <h3 className="mb-1 text-xs font-medium text-soft">One of them; choose a value to take its path</h3>
      <div className="h-48 overflow-hidden rounded-md border">
        <JsonTree text={data.text} isMask={isMaskText} onPath={onPath} />
      </div>
    </section>
  )
}
