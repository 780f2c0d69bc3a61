'use client'

import { deadLetterStatusFacts } from '@lean-ops/common/contract/dead-letter-facts'
import type { DeadLetterView } from '@lean-ops/common/contract/dead-letter-requests'
import { failureClassOf, isFailureCode } from '@lean-ops/common/contract/failure-catalogue'
import { Pencil, RotateCcw, Trash2, Undo2 } from 'lucide-react'
import Link from 'next/link'
import { ActionButton } from '../../../components/operations/action-button.tsx'
import { useQuickAction } from '../../../components/operations/use-quick-action.ts'
import { isHopeless } from './is-hopeless.ts'
import type { OpenAction } from './use-actions.tsx'

type Props = { letter: DeadLetterView; openAction: OpenAction; onEdit: () => void }

/** What can be done with this one message: replay by one click that can be undone, discard and more by their dialogs. */
export function InspectorActions({ letter, openAction, onEdit }: Props) {
  const quick = useQuickAction(openAction)
  const { actions, meaning } = deadLetterStatusFacts[letter.status]
  const selection = { by: 'ids' as const, ids: [letter.id] }
  const needsDialog = isHopeless(letter.code)
  const isWrongData = isFailureCode(letter.code) && failureClassOf(letter.code) === 'data'
  const busy = quick.isPending ? 'Being started…' : undefined
  if (letter.operationId && !actions.includes('replay') && !actions.includes('restore'))
    return (
      <p className="text-xs text-soft">
        {meaning}{' '}
        <Link href={`/operations/${letter.operationId}`} className="text-accent underline underline-offset-2">
          Open its operation
        </Link>
      </p>
    )
  return (
    <>
      {actions.includes('replay') ? (
        <ActionButton
          permission="replay"
          owner={letter.owner}
          intent="primary"
          refusal={busy}
          onClick={() =>
            needsDialog
              ? openAction('replay', selection)
              : quick.mutate({ kind: 'replay', selection, count: 1 })
          }
        >
          <RotateCcw aria-hidden="true" />
          {needsDialog ? 'Replay…' : 'Replay'}
        </ActionButton>
      ) : null}
      {actions.includes('edit') ? (
        <ActionButton
          permission="edit"
          owner={letter.owner}
          refusal={letter.bodyKind === 'json' ? undefined : 'Only JSON bodies can be edited by field.'}
          onClick={onEdit}
        >
          <Pencil aria-hidden="true" />
          Edit and replay…
        </ActionButton>
      ) : null}
      {actions.includes('restore') ? (
        <ActionButton
          permission="discard"
          owner={letter.owner}
          refusal={busy}
          onClick={() => quick.mutate({ kind: 'restore', selection, count: 1 })}
        >
          <Undo2 aria-hidden="true" />
          Restore
        </ActionButton>
      ) : null}
      {actions.includes('discard') ? (
        <ActionButton
          permission="discard"
          owner={letter.owner}
          intent="danger"
          onClick={() => openAction('discard', selection)}
        >
          <Trash2 aria-hidden="true" />
          Discard…
        </ActionButton>
      ) : null}
      {isWrongData && actions.includes('replay') ? (
        <span className="text-xs text-soft">Unchanged, it would fail again.</span>
      ) : null}
    </>
  )
}
