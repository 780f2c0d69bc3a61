'use client'

import type { OperationParameters } from '@lean-ops/common/contract/operation'
import type { PlanSelection } from '@lean-ops/common/contract/plan'
import dynamic from 'next/dynamic'
import { type ReactNode, useCallback, useState } from 'react'
import type { Action } from '../../../components/operations/action-dialog.tsx'

const ActionDialog = dynamic(
  () => import('../../../components/operations/action-dialog.tsx').then((module) => module.ActionDialog),
  { ssr: false },
)

const EditDialog = dynamic(() => import('./edit-dialog.tsx').then((module) => module.EditDialog), {
  ssr: false,
})

export type OpenAction = (kind: 'replay' | 'discard' | 'restore' | 'export', selection: PlanSelection) => void

type Actions = { openAction: OpenAction; openEdit: (id: string) => void; dialog: ReactNode }

/** The dialog for acting on dead letters. What is selected is frozen when it opens: later refreshes do not reach it. */
export function useActions(onStarted: () => void): Actions {
  const [edited, setEdited] = useState<string | undefined>(undefined)
  const [action, setAction] = useState<Action | undefined>(undefined)
  const openAction = useCallback<OpenAction>((kind, selection) => {
    const parameters: OperationParameters = kind === 'export' ? { kind, format: 'ndjson' } : { kind }
    setAction({ parameters, selection })
  }, [])
  const dialog = (
    <>
      {edited ? (
        <EditDialog
          id={edited}
          onClose={() => setEdited(undefined)}
          onPlan={(parameters) => setAction({ parameters, selection: { by: 'ids', ids: [edited] } })}
        />
      ) : null}
      {action ? (
        <ActionDialog
          action={action}
          onClose={() => setAction(undefined)}
          onStarted={() => {
            setEdited(undefined)
            onStarted()
          }}
        />
      ) : null}
    </>
  )
  return { openAction, openEdit: setEdited, dialog }
}
