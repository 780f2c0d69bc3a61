'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Hand, Play } from 'lucide-react'
import { useState } from 'react'
import { endAfter, HowLong, ReasonField } from '../../../components/operations/override-fields.tsx'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { changeHold, holdQuery } from '../../../queries/operations.ts'
import { toast } from '../../../state/toasts.ts'
import { usePermission } from '../../../state/use-permission.ts'
import { Card } from './card.tsx'

/** The one switch that every operation obeys before its next batch. */
export function HoldCard() {
  const queries = useQueryClient()
  const { data: hold } = useQuery(holdQuery())
  const refusal = usePermission('admin')
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const [hours, setHours] = useState('1')
  const change = useMutation({
    mutationFn: (isHeld: boolean) => {
      if (!hold) throw new Error('The hold is not known yet.')
      return changeHold(hold, { isHeld, reason: reason.trim(), until: isHeld ? endAfter(hours) : null })
    },
    onSuccess: (next) => {
      queries.setQueryData(holdQuery().queryKey, next)
      void queries.invalidateQueries({ queryKey: ['pulse'] })
      setOpen(false)
      setReason('')
    },
    onError: (error) => {
      void queries.invalidateQueries({ queryKey: holdQuery().queryKey })
      toast.error(error.message)
    },
  })
  const isHeld = hold?.isHeld ?? false
  const verb = isHeld ? 'Lift the hold' : 'Hold all operations'
  return (
    <Card title="Hold all operations">
      <p className="text-soft">
        {isHeld && hold ? (
          <>
            Held by {hold.heldBy}
            {hold.heldAt ? (
              <>
                {' '}
                <Timestamp at={hold.heldAt} />
              </>
            ) : null}
            {hold.reason ? `: ${hold.reason}` : ''}
            {hold.until ? (
              <>
                . Ends <Timestamp at={hold.until} />
              </>
            ) : null}
          </>
        ) : (
          'Stops every operation before its next batch. Messages in flight are still settled.'
        )}
      </p>
      <div>
        <Button
          aria-disabled={refusal !== undefined || !hold}
          data-tip={refusal}
          onClick={() => (refusal === undefined && hold ? setOpen(true) : undefined)}
        >
          {isHeld ? <Play aria-hidden="true" /> : <Hand aria-hidden="true" />}
          {verb}…
        </Button>
      </div>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title={`${verb}?`}
        description={
          isHeld
            ? 'Operations that waited for it go on within seconds.'
            : 'Every running operation waits, also those of others, and says so.'
        }
      >
        <form
          className="flex flex-col gap-3 p-4 text-sm"
          onSubmit={(event) => {
            event.preventDefault()
            if (reason.trim()) change.mutate(!isHeld)
          }}
        >
          {isHeld ? null : <HowLong hours={hours} onChange={setHours} />}
          <ReasonField label="Reason, shown to everybody" value={reason} onChange={setReason} />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setOpen(false)}>Close</Button>
            <Button type="submit" intent="primary" disabled={!reason.trim() || change.isPending}>
              {verb}
            </Button>
          </div>
        </form>
      </Dialog>
    </Card>
  )
}
