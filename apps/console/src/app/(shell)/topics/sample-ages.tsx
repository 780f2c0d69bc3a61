'use client'

import { RefreshCw } from 'lucide-react'
import { useCallback } from 'react'
import { Button } from '../../../components/ui/button.tsx'
import { cn } from '../../../components/ui/cn.ts'
import { formatAge } from '../../../format/format-duration.ts'
import { useClockText } from '../../../state/clock.ts'
import type { SampleAge } from '../../../state/oldest-samples.ts'

type Props = { label: string; ages: readonly SampleAge[]; isFetching: boolean; onRefresh: () => void }

/** How many rows, and per source of values how old its oldest reading is. */
export function SampleAges({ label, ages, isFetching, onRefresh }: Props) {
  const toText = useCallback(
    (nowMs: number) =>
      ages
        .filter((age) => age.label !== 'mappings')
        .map(({ label, at }) =>
          at === null ? `${label} not read` : `${label} ${formatAge((nowMs - Date.parse(at)) / 1000)}`,
        )
        .join(' · '),
    [ages],
  )
  const text = useClockText(toText)
  return (
    <p className="flex items-center gap-1.5 text-xs text-soft">
      <span className="num">{label}</span>
      <span
        className="num hidden text-faint min-[1500px]:inline"
        data-tip="Age of the oldest reading, per source"
      >
        · {text}
      </span>
      <Button
        intent="ghost"
        size="iconSm"
        aria-label="Refresh now"
        data-tip="Refresh now"
        onClick={onRefresh}
      >
        <RefreshCw aria-hidden="true" className={cn(isFetching && 'motion-safe:animate-spin')} />
      </Button>
    </p>
  )
}
