'use client'

import type { OperationParameters, RunSettings } from '@lean-ops/common/contract/operation'
import { isReplayKind } from '@lean-ops/common/contract/operation-facts'
import type { PlanSelection } from '@lean-ops/common/contract/plan'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useModKey } from '../../keyboard/use-mod-key.ts'
import { ApiError } from '../../queries/call-api.ts'
import { deadLetterKeys } from '../../queries/dead-letters.ts'
import { confirmPlan, createPlan, operationKeys, planQuery } from '../../queries/operations.ts'
import { toast } from '../../state/toasts.ts'
import { CouldNotLoad } from '../status/states.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { actionWords } from './action-words.ts'
import { PlanPreview } from './plan-preview.tsx'
import { RunSettingsFields } from './run-settings-fields.tsx'

export type Action = {
  parameters: OperationParameters
  selection: PlanSelection
  /** The operation whose failures this one takes up again. */
  parentId?: string
}

type Props = { action: Action; onClose: () => void; onStarted?: () => void }

const defaults: RunSettings = { rate: 500, canarySize: 50, returnRateMax: 0.05, startDelaySeconds: 0 }

/**
 * Plan → confirm. What is selected is frozen when the dialog opens: the server counts it, says what stands in the way
 * and what would still fail, and runs exactly that plan when it is confirmed with a reason.
 */
export function ActionDialog({ action, onClose, onStarted }: Props) {
  const [format, setFormat] = useState<'ndjson' | 'csv'>('ndjson')
  const parameters: OperationParameters =
    action.parameters.kind === 'export' ? { kind: 'export', format } : action.parameters
  const words = actionWords[parameters.kind]
  const queries = useQueryClient()
  const router = useRouter()
  const [reason, setReason] = useState('')
  const modKey = useModKey()
  const [settings, setSettings] = useState(defaults)
  // One plan per opening and format; looking again after a conflict makes another.
  const [round, setRound] = useState(0)
  const created = useQuery({
    queryKey: ['plans', 'new', JSON.stringify([parameters, action.selection]), round],
    queryFn: () => createPlan({ parameters, selection: action.selection }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  })
  const followed = useQuery({
    ...planQuery(created.data?.id ?? ''),
    enabled: created.data?.checkState === 'pending',
  })
  const plan = followed.data ?? created.data
  const confirm = useMutation({
    mutationFn: confirmPlan,
    onSuccess: (operation) => {
      void queries.invalidateQueries({ queryKey: operationKeys.all })
      void queries.invalidateQueries({ queryKey: deadLetterKeys.all })
      const open = () => router.push(`/operations/${operation.id}`)
      toast.success(operation.title, { action: { label: 'Open', onClick: open } })
      onStarted?.()
      onClose()
    },
  })
  const isReplay = isReplayKind(parameters.kind)
  const blocked = plan?.preview.blockers.filter((blocker) => blocker.blocking) ?? []
  const isReady = plan !== undefined && plan.count > 0 && blocked.length === 0
  const isConflict = confirm.error instanceof ApiError && confirm.error.problem.status === 409
  const run = () => {
    if (!isReady || reason.trim() === '' || confirm.isPending) return
    const canarySize = plan.count > settings.canarySize * 2 ? settings.canarySize : 0
    confirm.mutate({
      planId: plan.id,
      reason: reason.trim(),
      ...(action.parentId ? { parentId: action.parentId } : {}),
      settings: isReplay ? { ...settings, canarySize } : { ...settings, canarySize: 0 },
    })
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={words.title}
      description={words.consequence}
      className="w-[min(96vw,640px)]"
    >
      <form
        className="flex flex-col"
        onSubmit={(event) => {
          event.preventDefault()
          run()
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) run()
        }}
      >
        <div className="flex flex-col gap-4 p-4">
          {action.parameters.kind === 'export' ? (
            <fieldset className="flex gap-2 text-sm">
              <legend className="mb-1 text-xs font-medium text-soft">Format</legend>
              {(['ndjson', 'csv'] as const).map((one) => (
                <label key={one} className="flex items-center gap-1.5">
                  <input
                    type="radio"
                    name="format"
                    checked={format === one}
                    onChange={() => setFormat(one)}
                    className="accent-(--accent)"
                  />
                  {one === 'ndjson' ? 'JSON lines' : 'CSV'}
                </label>
              ))}
            </fieldset>
          ) : null}
          {created.error ? (
            <CouldNotLoad
              what="the preview"
              error={created.error}
              isRetrying={created.isFetching}
              onRetry={() => void created.refetch()}
            />
          ) : !plan ? (
            <PreviewSkeleton />
          ) : (
            <PlanPreview plan={plan} />
          )}
          {isReady && isReplay && plan.count > 1 ? (
            <RunSettingsFields count={plan.count} settings={settings} onChange={setSettings} />
          ) : null}
          {confirm.error ? (
            <div
              role="alert"
              className="rounded-md border border-degraded/40 bg-degraded-soft px-3 py-2 text-sm"
            >
              <p className="text-degraded">{confirm.error.message}</p>
              {isConflict ? (
                <Button
                  size="sm"
                  className="mt-2"
                  onClick={() => {
                    confirm.reset()
                    setRound(round + 1)
                  }}
                >
                  Look again at what is there now
                </Button>
              ) : null}
            </div>
          ) : null}
        </div>
        <div className="sticky bottom-0 flex flex-wrap justify-end gap-2 border-t bg-raised px-4 py-3">
          {isReady ? (
            // With the buttons, not after a long preview: what is still missing is always in sight.
            <label className="flex w-full flex-col gap-1 text-sm">
              <span className="text-xs font-medium text-soft">Reason, kept in the audit</span>
              <textarea
                required
                rows={1}
                maxLength={500}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
                placeholder={words.placeholder}
                className="field-sizing-content max-h-24 min-h-8 rounded-md border border-line bg-surface px-2.5 py-1.5 placeholder:text-faint"
              />
            </label>
          ) : null}
          <Button onClick={onClose}>Close</Button>
          {plan && !isReady ? null : (
            <Button
              type="submit"
              intent={parameters.kind === 'discard' ? 'danger' : 'primary'}
              disabled={!isReady || reason.trim() === '' || confirm.isPending}
              data-tip={reason.trim() === '' ? 'Give a reason first' : `${modKey}Enter`}
              // The consequence is read whole before it is caused: on a phone it takes a second line.
              className="h-auto min-h-8 max-w-full py-1 whitespace-normal"
            >
              {confirm.isPending ? 'Starting…' : (plan?.preview.consequence ?? words.title)}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  )
}

function PreviewSkeleton() {
  return (
    <div role="status" className="flex flex-col gap-2">
      <span className="sr-only">Counting exactly what is selected…</span>
      <Skeleton className="h-6 w-48" />
      <Skeleton className="h-4 w-full" />
      <Skeleton className="h-4 w-2/3" />
    </div>
  )
}
