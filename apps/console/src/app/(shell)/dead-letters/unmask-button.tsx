'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Eye } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { deadLetterKeys, unmaskDeadLetter } from '../../../queries/dead-letters.ts'

const reasonMin = 10

/** Asks for one message in clear, with a reason that the audit keeps. */
export function UnmaskButton({ id, mayUnmask }: { id: string; mayUnmask: boolean }) {
  const queries = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const unmask = useMutation({
    mutationFn: () => unmaskDeadLetter(id, reason.trim()),
    onSuccess: () => {
      setOpen(false)
      void queries.invalidateQueries({ queryKey: [...deadLetterKeys.all, 'one', id] })
      void queries.invalidateQueries({ queryKey: [...deadLetterKeys.all, 'body', id] })
      void queries.invalidateQueries({ queryKey: [...deadLetterKeys.all, 'history', id] })
    },
  })
  const isReady = reason.trim().length >= reasonMin && !unmask.isPending
  return (
    <>
      <Button
        intent="ghost"
        size="sm"
        aria-disabled={!mayUnmask}
        data-tip={mayUnmask ? 'For 15 minutes, for you, audited' : 'Needs the permission “payload:unmask”'}
        onClick={() => (mayUnmask ? setOpen(true) : undefined)}
      >
        <Eye aria-hidden="true" />
        Unmask…
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title="See this message in clear?"
        description="For 15 minutes and for you only. Your name, the time and the reason are kept in the audit."
      >
        <form
          className="flex flex-col gap-3 p-4 text-sm"
          onSubmit={(event) => {
            event.preventDefault()
            if (isReady) unmask.mutate()
          }}
        >
          <label className="flex flex-col gap-1">
            <span className="text-xs font-medium text-soft">Why, in a sentence</span>
            <textarea
              data-autofocus
              required
              rows={2}
              minLength={reasonMin}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              className="rounded-md border border-line bg-surface px-2.5 py-1.5"
            />
          </label>
          {unmask.error ? (
            <p role="alert" className="text-degraded">
              {unmask.error.message}
            </p>
          ) : null}
          <div className="flex justify-end gap-2">
            <Button onClick={() => setOpen(false)}>Close</Button>
            <Button type="submit" intent="primary" disabled={!isReady}>
              Show it in clear
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
