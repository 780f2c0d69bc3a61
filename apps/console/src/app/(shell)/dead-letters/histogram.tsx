'use client'

import type { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'
import { useQuery } from '@tanstack/react-query'
import { ZoomOut } from 'lucide-react'
import { type PointerEvent, useState } from 'react'
import { Button } from '../../../components/ui/button.tsx'
import { formatDuration } from '../../../format/format-duration.ts'
import { formatCount, formatExact } from '../../../format/format-number.ts'
import { formatAbsolute, formatShort } from '../../../format/format-time.ts'
import { histogramQuery } from '../../../queries/dead-letters.ts'
import { serverNowMs } from '../../../state/server-clock.ts'
import { useZone } from '../../../state/zone.tsx'

type Props = {
  filter: DeadLetterFilter
  isZoomed: boolean
  onZoom: (from: string, to: string) => void
  onReset: () => void
}

const height = 48

/** When they failed. Dragging over bars zooms to that time; the window can also be chosen in the filter bar. */
export function Histogram({ filter, isZoomed, onZoom, onReset }: Props) {
  const { zone } = useZone()
  const { data, isError } = useQuery(histogramQuery(filter))
  const [brush, setBrush] = useState<{ from: number; to: number } | undefined>(undefined)
  const [pointed, setPointed] = useState<number | undefined>(undefined)
  if (isError && !data)
    return <p className="px-4 pb-2 text-xs text-soft">The chart over time could not be loaded.</p>
  const buckets = data?.buckets ?? []
  const max = buckets.reduce((highest, bucket) => Math.max(highest, bucket.count), 0)
  const indexAt = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const share = (event.clientX - box.left) / Math.max(1, box.width)
    return Math.min(buckets.length - 1, Math.max(0, Math.floor(share * buckets.length)))
  }
  const finish = () => {
    if (!brush || !data) return
    const [first, last] = [buckets[Math.min(brush.from, brush.to)], buckets[Math.max(brush.from, brush.to)]]
    setBrush(undefined)
    if (first && last)
      onZoom(first.at, new Date(Date.parse(last.at) + data.bucketSeconds * 1000).toISOString())
  }
  const shown = pointed === undefined ? undefined : buckets[pointed]
  const left = buckets[0]
  const right = buckets.at(-1)
  const now = new Date(serverNowMs())
  const isIn = (index: number) =>
    brush !== undefined && index >= Math.min(brush.from, brush.to) && index <= Math.max(brush.from, brush.to)
  return (
    <div className="px-4 pb-3">
      <div className="relative" style={{ height }}>
        {buckets.length > 0 ? (
          <svg
            viewBox={`0 0 ${buckets.length} ${height}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`Failures over time, highest ${formatExact(max)} in ${formatDuration(data?.bucketSeconds ?? 0)}`}
            className="block size-full cursor-crosshair touch-none border-b select-none"
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId)
              const index = indexAt(event)
              setBrush({ from: index, to: index })
            }}
            onPointerMove={(event) => {
              const index = indexAt(event)
              setPointed(index)
              if (brush) setBrush({ from: brush.from, to: index })
            }}
            onPointerUp={finish}
            onPointerCancel={() => setBrush(undefined)}
            onPointerLeave={() => setPointed(undefined)}
          >
            <rect width={buckets.length} height={height} fill="transparent" />
            {buckets.map((bucket, index) => {
              const bar =
                max === 0 ? 0 : Math.max(bucket.count > 0 ? 2 : 0, (bucket.count / max) * (height - 2))
              const isLit = isIn(index) || (brush === undefined && index === pointed)
              return (
                <rect
                  key={bucket.at}
                  x={index + 0.08}
                  y={height - bar}
                  width={0.84}
                  height={bar}
                  fill={isLit ? 'var(--accent)' : 'var(--degraded)'}
                  opacity={isLit ? 1 : 0.65}
                />
              )
            })}
          </svg>
        ) : null}
      </div>
      <div className="num mt-0.5 flex h-5 items-center justify-between text-2xs text-faint">
        <span>{left ? formatShort(new Date(left.at), zone, now) : ''}</span>
        <span className="text-soft">
          {shown
            ? `${formatAbsolute(new Date(shown.at), zone)}: ${formatCount(shown.count, 'failure')} in ${formatDuration(data?.bucketSeconds ?? 0)}`
            : null}
        </span>
        <span className="flex items-center gap-2">
          {isZoomed ? (
            <Button intent="ghost" size="sm" className="h-5 px-1 text-2xs" onClick={onReset}>
              <ZoomOut aria-hidden="true" className="!size-3" />
              Any time
            </Button>
          ) : null}
          {right ? formatShort(new Date(right.at), zone, now) : ''}
        </span>
      </div>
    </div>
  )
}
