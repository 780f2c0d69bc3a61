'use client'

import {
  type OperationAction,
  operationKindFacts,
  operationStateFacts,
} from '@lean-ops/common/contract/operation-facts'
import type { ChangeOperation } from '@lean-ops/common/contract/operation-requests'
import type { OperationView } from '@lean-ops/common/contract/operation-view'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Download, Pause, Play, Square } from 'lucide-react'
import { useState } from 'react'
import { rateSteps } from '../../../../components/operations/rate-steps.ts'
import { Button } from '../../../../components/ui/button.tsx'
import { Dialog } from '../../../../components/ui/dialog.tsx'
import { Select } from '../../../../components/ui/select.tsx'
import { formatExact } from '../../../../format/format-number.ts'
import { ApiError } from '../../../../queries/call-api.ts'
import { changeOperation, downloadOperation, operationQuery } from '../../../../queries/operations.ts'
import { toast } from '../../../../state/toasts.ts'
import { usePermission } from '../../../../state/use-permission.ts'

/** Pause, resume, cancel and the rate: what the state allows, disabled with the reason when the reader may not. */
export function Controls({ operation }: { operation: OperationView }) {
  const queries = useQueryClient()
  const refusal = usePermission(operationKindFacts[operation.kind].permission)
  const [isCancelling, setCancelling] = useState(false)
  const { queryKey } = operationQuery(operation.id)
  const change = useMutation({
    mutationFn: (request: ChangeOperation) => changeOperation(operation, request),
    onSuccess: (next) => queries.setQueryData(queryKey, next),
    onError: (error) => {
      // Somebody was quicker: show what is there now and who did it.
      void queries.invalidateQueries({ queryKey })
      const isOld = error instanceof ApiError && error.problem.status === 412
      toast.error(
        isOld ? `${error.message} Nothing was done; this page shows it as it is now.` : error.message,
      )
    },
  })
  const download = useMutation({
    mutationFn: () => downloadOperation(operation.id),
    onSuccess: (link) => window.location.assign(link.url),
    onError: (error) => toast.error(error.message),
  })
  const allows = (action: OperationAction) => operationStateFacts[operation.state].actions.includes(action)
  const act = (request: ChangeOperation) => {
    if (refusal === undefined && !change.isPending) change.mutate(request)
  }
  const disabled = { 'aria-disabled': refusal !== undefined || change.isPending, 'data-tip': refusal }
  const rates = rateSteps.includes(operation.rate)
    ? rateSteps
    : [...rateSteps, operation.rate].sort((a, b) => a - b)
  return (
    <div className="flex flex-wrap items-center gap-2">
      {allows('set_rate') ? (
        <Select
          label="Messages per second"
          value={String(operation.rate)}
          options={rates.map((rate) => ({ value: String(rate), label: `${formatExact(rate)} msg/s` }))}
          onChange={(rate) => act({ action: 'set_rate', rate: Number(rate) })}
        />
      ) : null}
      {allows('pause') ? (
        <Button {...disabled} onClick={() => act({ action: 'pause' })}>
          <Pause aria-hidden="true" />
          Pause
        </Button>
      ) : null}
      {allows('resume') ? (
        <Button intent="primary" {...disabled} onClick={() => act({ action: 'resume' })}>
          <Play aria-hidden="true" />
          Resume
        </Button>
      ) : null}
      {allows('cancel') ? (
        <Button
          intent="danger"
          {...disabled}
          onClick={() => (refusal === undefined ? setCancelling(true) : undefined)}
        >
          <Square aria-hidden="true" />
          Cancel…
        </Button>
      ) : null}
      {operation.kind === 'export' && operation.result && operation.state.startsWith('completed') ? (
        <Button
          intent="primary"
          {...disabled}
          onClick={() => (refusal === undefined ? download.mutate() : undefined)}
        >
          <Download aria-hidden="true" />
          Download {formatExact(operation.result.rows)} rows
        </Button>
      ) : null}
      <Dialog
        open={isCancelling}
        onOpenChange={setCancelling}
        title="Cancel this operation?"
        description="What was sent stays sent and is still verified. What is pending is left as it is."
      >
        <div className="flex justify-end gap-2 p-4">
          <Button onClick={() => setCancelling(false)}>Let it run</Button>
          <Button
            intent="danger"
            onClick={() => {
              setCancelling(false)
              act({ action: 'cancel' })
            }}
          >
            Cancel, leaving {formatExact(operation.counts.pending)} unsent
          </Button>
        </div>
      </Dialog>
    </div>
  )
}
