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

const TransformDialog = dynamic(
  () => import('./transform-dialog.tsx').then((module) => module.TransformDialog),
  { ssr: false },
)

export type OpenAction = (
  kind: 'replay' | 'discard' | 'restore' | 'export' | 'run-with-input' | 'refresh-snowflake',
  selection: PlanSelection,
) => void

/** `sampleId`: one of the selected messages, to show its body. */
export type OpenTransform = (selection: PlanSelection, sampleId: string | undefined) => void

type Actions = {
  openAction: OpenAction
  openEdit: (id: string) => void
  openTransform: OpenTransform
  dialog: ReactNode
}

/** The dialog for acting on dead letters. What is selected is frozen when it opens: later refreshes do not reach it. */
export function useActions(onStarted: () => void): Actions {
  const [edited, setEdited] = useState<string | undefined>(undefined)
  const [transformed, setTransformed] = useState<Parameters<OpenTransform> | undefined>(undefined)
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
      {transformed ? (
        <TransformDialog
          sampleId={transformed[1]}
          onClose={() => setTransformed(undefined)}
          onPlan={(parameters) => setAction({ parameters, selection: transformed[0] })}
        />
      ) : null}
      {action ? (
        <ActionDialog
          action={action}
          onClose={() => setAction(undefined)}
          onStarted={() => {
            setEdited(undefined)
            setTransformed(undefined)
            onStarted()
          }}
        />
      ) : null}
    </>
  )
  const openTransform = useCallback<OpenTransform>((...wanted) => setTransformed(wanted), [])
  return { openAction, openEdit: setEdited, openTransform, dialog }
}
