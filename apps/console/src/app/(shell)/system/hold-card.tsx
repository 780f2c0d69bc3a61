'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Hand, Play } from 'lucide-react'
import { useState } from 'react'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { changeHold, holdQuery } from '../../../queries/operations.ts'
import { toast } from '../../../state/toasts.ts'
import { usePermission } from '../../../state/use-permission.ts'
import { Card } from './card.tsx'

const hours = ['1', '4', '24', ''] as const
const hourWords = { '1': 'for an hour', '4': 'for 4 hours', '24': 'for a day', '': 'until lifted' }

/** The one switch that every operation obeys before its next batch. */
export function HoldCard() {
  const queries = useQueryClient()
  const { data: hold } = useQuery(holdQuery())
  const refusal = usePermission('admin')
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState<string>('1')
  const change = useMutation({
    mutationFn: (isHeld: boolean) => {
      if (!hold) throw new Error('The hold is not known yet.')
      const end = isHeld && until ? new Date(Date.now() + Number(until) * 3_600_000).toISOString() : null
      return changeHold(hold, { isHeld, reason: reason.trim(), until: end })
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
          {isHeld ? null : (
            <Select
              label="How long"
              value={until}
              options={hours.map((value) => ({ value, label: hourWords[value] }))}
              onChange={setUntil}
            />
          )}
          <label className="flex flex-col gap-1">
            <span className="text-xs font-medium text-soft">Reason, shown to everybody</span>
            <textarea
              required
              rows={2}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              className="rounded-md border border-line bg-surface px-2.5 py-1.5"
            />
          </label>
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
