'use client'

import type { OperationView } from '@lean-ops/common/contract/operation-view'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import { deadLetterKeys } from '../../queries/dead-letters.ts'
import { changeOperation, confirmPlan, createPlan, operationKeys } from '../../queries/operations.ts'
import { actionWords } from './action-words.ts'

type Kind = 'replay' | 'restore'

const undoSeconds = 5

/**
 * One click for few messages: plans, confirms with the default reason and starts five seconds later, so that it can
 * be undone. `onBlocked` opens the whole dialog when something stands in the way.
 */
export function useQuickAction(onBlocked: (kind: Kind, ids: string[]) => void) {
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
    mutationFn: async ({ kind, ids }: { kind: Kind; ids: string[] }) => {
      const plan = await createPlan({ parameters: { kind }, selection: { by: 'ids', ids } })
      if (plan.count !== ids.length || plan.preview.blockers.length > 0) return undefined
      return confirmPlan({
        planId: plan.id,
        reason: actionWords[kind].defaultReason,
        settings: { rate: 500, canarySize: 0, returnRateMax: 1, startDelaySeconds: undoSeconds },
      })
    },
    onSuccess: (operation, { kind, ids }) => {
      if (!operation) {
        onBlocked(kind, ids)
        return
      }
      refresh()
      toast.success(`${operation.title}, in ${undoSeconds} s`, {
        duration: undoSeconds * 1000,
        action: { label: 'Undo', onClick: () => undo.mutate(operation) },
        cancel: { label: 'Open', onClick: () => router.push(`/operations/${operation.id}`) },
      })
    },
    onError: (error) => toast.error(error.message),
  })
}
