'use client'

import { pausedParts } from '@lean-ops/common/contract/paused-parts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { formatCount } from '../../format/format-number.ts'
import { changePauses, topicKeys } from '../../queries/topics.ts'
import { toast } from '../../state/toasts.ts'
import { endAfter, HowLong, ReasonField } from '../operations/override-fields.tsx'
import { Timestamp } from '../time/timestamp.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { changeOf, type PauseParts } from './change-of.ts'
import type { PausableTopic } from './use-pause.tsx'

const parts = {
  ingest: {
    label: 'Ingest',
    pause:
      'Its queue is not read: messages wait there, at most 14 days. Replays to it wait too. What Lambda has taken is finished.',
    resume: 'Its queue is read again within seconds; what waited comes first.',
  },
  processing: {
    label: 'Processing',
    pause: 'No run is started for it; RAW goes on growing. A run under way goes on to its end.',
    resume: 'The next round of the dispatcher takes up what has piled up in RAW.',
  },
} as const
const partNames = ['ingest', 'processing'] as const

type Props = { verb: 'pause' | 'resume'; topics: readonly PausableTopic[]; onClose: () => void }

/** Says what a pause does and does not do, asks why, and changes only topics for which it means something. */
export function PauseDialog({ verb, topics, onClose }: Props) {
  const queries = useQueryClient()
  const [only] = topics.length === 1 ? topics : []
  const [chosen, setChosen] = useState<PauseParts>({ ingest: true, processing: verb === 'resume' })
  const [reason, setReason] = useState('')
  const [hours, setHours] = useState('4')
  const changes = topics.flatMap(({ topic, pause }) => {
    const next = changeOf(pause, chosen, verb)
    return next ? [{ topic, version: pause.version, ...next }] : []
  })
  const change = useMutation({
    mutationFn: () =>
      changePauses(changes, { reason: reason.trim(), until: verb === 'pause' ? endAfter(hours) : null }),
    onSuccess: ({ done, refused }) => {
      void queries.invalidateQueries({ queryKey: ['pulse'] })
      void queries.invalidateQueries({ queryKey: topicKeys.all })
      if (done > 0)
        toast.success(
          `${only?.topic ?? formatCount(done, 'topic')} ${verb === 'pause' ? 'paused' : 'resumed'}.`,
        )
      if (refused.length === 0) onClose()
    },
  })
  const title = `${verb === 'pause' ? 'Pause' : 'Resume'} ${only?.topic ?? formatCount(topics.length, 'topic')}?`
  const isReady = reason.trim() !== '' && changes.length > 0 && !change.isPending
  const refused = change.data?.refused ?? []
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      title={title}
      description="Nothing is deleted, and nothing is sent."
    >
      <form
        className="flex flex-col gap-3 p-4 text-sm"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) change.mutate()
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && isReady) change.mutate()
        }}
      >
        {only && pausedParts(only.pause) ? (
          <p className="rounded-md bg-paused-soft px-3 py-2 text-paused">
            {only.pause.by} paused its {pausedParts(only.pause)}
            {only.pause.at ? (
              <>
                {' '}
                <Timestamp at={only.pause.at} />
              </>
            ) : null}
            {only.pause.reason ? `: ${only.pause.reason}` : '.'}
          </p>
        ) : null}
        <fieldset className="flex flex-col gap-2">
          <legend className="sr-only">What of it</legend>
          {partNames.map((part) => (
            <label key={part} className="flex items-start gap-2">
              <input
                type="checkbox"
                checked={chosen[part]}
                onChange={() => setChosen((now) => ({ ...now, [part]: !now[part] }))}
                className="mt-0.5 size-4 shrink-0 accent-(--accent)"
              />
              <span>
                <span className="font-medium">{parts[part].label}</span>
                <span className="block text-soft">{parts[part][verb]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {verb === 'pause' ? <HowLong hours={hours} onChange={setHours} /> : null}
        <ReasonField label="Reason, shown to everybody" value={reason} onChange={setReason} />
        {changes.length < topics.length ? (
          <p className="text-soft">
            {changes.length === 0
              ? `Nothing would change: that is ${verb === 'pause' ? 'paused' : 'not paused'} already.`
              : `${formatCount(topics.length - changes.length, 'topic')} of them stay as they are.`}
          </p>
        ) : null}
        {change.error || refused.length > 0 ? (
          <div role="alert" className="rounded-md bg-degraded-soft px-3 py-2 text-degraded">
            {change.error ? <p>{change.error.message}</p> : null}
            {refused.map(({ topic, message }) => (
              <p key={topic} className="break-words">
                {message.includes(topic) ? message : `${topic}: ${message}`}
              </p>
            ))}
          </div>
        ) : null}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Close</Button>
          <Button type="submit" intent="primary" disabled={!isReady || refused.length > 0}>
            {verb === 'pause' ? 'Pause' : 'Resume'} {only?.topic ?? formatCount(changes.length, 'topic')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
