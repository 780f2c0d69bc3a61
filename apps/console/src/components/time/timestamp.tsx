'use client'

import { useCallback } from 'react'
import { formatAbsolute, formatRelative, formatShort } from '../../format/format-time.ts'
import { useClockText } from '../../state/clock.ts'
import { toast } from '../../state/toasts.ts'
import { useZone } from '../../state/zone.tsx'
import { cn } from '../ui/cn.ts'

type Props = {
  /** ISO 8601 moment. */
  at: string
  /** `age`: 12 s ago. `clock`: 02:14 today, else the day too. `full`: date, time and offset. */
  form?: 'age' | 'clock' | 'full'
  /** Words before the absolute time in the hover, e.g. "sampled". */
  prefix?: string
  /** In tables with a roving row, times are not tab stops of their own. */
  isTabStop?: boolean
  /** Inside a button or a summary, which must not hold another button: no copying. */
  isPlain?: boolean
  className?: string
}

/** The one way a moment is shown: short in place, absolute in the chosen zone and UTC on hover, copied by a click. */
export function Timestamp({ at, form = 'age', prefix, isTabStop = true, isPlain = false, className }: Props) {
  const { zone } = useZone()
  const toText = useCallback(
    (nowMs: number) => {
      const moment = new Date(at)
      if (form === 'full') return formatAbsolute(moment, zone)
      return form === 'clock'
        ? formatShort(moment, zone, new Date(nowMs))
        : formatRelative(moment.getTime(), nowMs)
    },
    [at, form, zone],
  )
  const text = useClockText(toText)
  const absolute = formatAbsolute(new Date(at), zone)
  const utc = zone === 'UTC' ? '' : `\n${formatAbsolute(new Date(at), 'UTC')}`
  if (isPlain)
    return (
      <time
        dateTime={at}
        data-tip={`${prefix ? `${prefix} ` : ''}${absolute}${utc}`}
        className={cn('num', className)}
      >
        {text}
      </time>
    )
  return (
    <button
      type="button"
      tabIndex={isTabStop ? 0 : -1}
      data-tip={`${prefix ? `${prefix} ` : ''}${absolute}${utc}\nclick copies`}
      onClick={(event) => {
        event.stopPropagation()
        navigator.clipboard.writeText(at).then(
          () => toast(`Copied ${at}`),
          () => toast.error('The browser refused access to the clipboard.'),
        )
      }}
      className={cn('num cursor-copy rounded-sm text-left', className)}
    >
      <time dateTime={at}>{text}</time>
    </button>
  )
}
