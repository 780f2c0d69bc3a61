'use client'

import { cn } from '../../../components/ui/cn.ts'
import { type DeadLetterView, views } from './search-params.ts'

const labels: Record<DeadLetterView, string> = { groups: 'Groups', messages: 'Messages' }

/** Errors as groups, or one by one. */
export function ViewSwitch({
  view,
  onChange,
}: {
  view: DeadLetterView
  onChange: (view: DeadLetterView) => void
}) {
  return (
    <fieldset className="flex rounded-md border bg-surface p-0.5">
      <legend className="sr-only">Show</legend>
      {views.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === view}
          onClick={() => onChange(one)}
          className={cn(
            'h-7 rounded px-2.5 text-sm text-soft hover:text-ink',
            one === view && 'bg-accent-soft font-medium text-accent hover:text-accent',
          )}
        >
          {labels[one]}
        </button>
      ))}
    </fieldset>
  )
}
