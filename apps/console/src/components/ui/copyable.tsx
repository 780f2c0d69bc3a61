'use client'

import { Copy } from 'lucide-react'
import { toast } from '../../state/toasts.ts'
import { cn } from './cn.ts'

/** A name or id that a click copies whole, also where it is shown cut. */
export function Copyable({
  text,
  shown = text,
  className,
}: {
  text: string
  shown?: string
  className?: string
}) {
  return (
    <button
      type="button"
      data-tip={shown === text ? 'click copies' : `${text}\nclick copies`}
      onClick={() =>
        navigator.clipboard.writeText(text).then(
          () => toast(`Copied ${text}`),
          () => toast.error('The browser refused access to the clipboard.'),
        )
      }
      className={cn(
        'group/copy inline-flex max-w-full items-center gap-1 rounded-sm text-left font-mono text-xs break-all',
        className,
      )}
    >
      <span className="min-w-0">{shown}</span>
      <Copy
        aria-hidden="true"
        className="size-3 shrink-0 text-faint opacity-0 group-hover/copy:opacity-100 group-focus-visible/copy:opacity-100"
      />
    </button>
  )
}
