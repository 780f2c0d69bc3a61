'use client'

import type { OperationView } from '@lean-ops/common/contract/operation-view'
import type { PlanSelection } from '@lean-ops/common/contract/plan'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { deadLetterKeys } from '../../queries/dead-letters.ts'
import { changeOperation, confirmPlan, createPlan, operationKeys } from '../../queries/operations.ts'
import { toast } from '../../state/toasts.ts'
import { actionWords } from './action-words.ts'

type Kind = 'replay' | 'restore'

/** More than this many are looked at in the dialog first. */
export const quickMax = 10

const undoSeconds = 5

type Request = { kind: Kind; selection: PlanSelection; count: number }

/**
 * One click for one message, or up to ten of one group: plans, confirms with the default reason and starts five seconds later, so that it can
 * be undone. `onBlocked` opens the whole dialog when something stands in the way.
 */
export function useQuickAction(onBlocked: (kind: Kind, selection: PlanSelection) => void) {
  const queries = useQueryClient()
  const router = useRouter()
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: operationKeys.all })
    void queries.invalidateQueries({ queryKey: deadLetterKeys.all })
  }
  const undo = useMutation({
    mutationFn: (operation: OperationView) => changeOperation(operation, { action: 'cancel' }),
    onSuccess: () => {
      toast('Undone: nothing was sent.')
      refresh()
    },
    onError: (error) => toast.error(`Could not undo: ${error.message}`),
  })
  return useMutation({
    mutationFn: async ({ kind, selection, count }: Request) => {
      const plan = await createPlan({ parameters: { kind }, selection })
      // What the click meant is what was on the screen: another number is shown before anything is done.
      if (plan.count !== count || count > quickMax || plan.preview.blockers.length > 0) return undefined
      return confirmPlan({
        planId: plan.id,
        reason: actionWords[kind].defaultReason(count),
        settings: { rate: 500, canarySize: 0, returnRateMax: 1, startDelaySeconds: undoSeconds },
      })
    },
    onSuccess: (operation, { kind, selection }) => {
      if (!operation) {
        onBlocked(kind, selection)
        return
      }
      refresh()
      toast.success(`${operation.title}, in ${undoSeconds} s`, {
        durationMs: undoSeconds * 1000,
        action: { label: 'Undo', onClick: () => undo.mutate(operation) },
        cancel: { label: 'Open', onClick: () => router.push(`/operations/${operation.id}`) },
      })
    },
    onError: (error) => toast.error(error.message),
  })
}
