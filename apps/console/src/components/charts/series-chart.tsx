'use client'

import { type PointerEvent, useState } from 'react'
import { formatCompact, formatExact } from '../../format/format-number.ts'
import { formatShort } from '../../format/format-time.ts'
import { serverNowMs } from '../../state/server-clock.ts'
import { useZone } from '../../state/zone.tsx'
import { cn } from '../ui/cn.ts'
import { type Point, plotSeries } from './series-path.ts'

type Props = {
  title: string
  unit: string
  points: readonly Point[]
  hue?: 'accent' | 'warning' | 'degraded'
  /** Writes a value; counts by default. */
  format?: (value: number) => string
}

const [width, height] = [600, 88]
const hues = { accent: 'text-accent', warning: 'text-warning', degraded: 'text-degraded' }

/** One series over time: area, highest value, and the value under the pointer. The caption says it in words. */
export function SeriesChart({ title, unit, points, hue = 'accent', format = formatCompact }: Props) {
  const { zone } = useZone()
  const [pointed, setPointed] = useState<number | undefined>(undefined)
  const { line, area, max } = plotSeries(points, width, height)
  const known = points.filter((point) => point.value !== null)
  const last = known.at(-1)
  const shown = pointed === undefined ? undefined : points[pointed]
  const clock = (at: string) => formatShort(new Date(at), zone, new Date(serverNowMs()))
  const onMove = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const share = (event.clientX - box.left) / box.width
    setPointed(Math.min(points.length - 1, Math.max(0, Math.round(share * (points.length - 1)))))
  }
  const current = shown ?? last
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex items-baseline justify-between gap-2">
        <span className="text-xs text-soft">{title}</span>
        <span
          className="num text-sm"
          data-tip={current?.value == null ? undefined : formatExact(current.value)}
        >
          {current ? (current.value === null ? 'not read' : `${format(current.value)} ${unit}`) : '–'}
          <span className="ml-1.5 inline-block min-w-10 text-right text-2xs text-faint">
            {current ? clock(current.at) : ''}
          </span>
        </span>
      </figcaption>
      {known.length < 2 ? (
        <p className="grid h-22 place-items-center rounded border border-dashed text-xs text-faint">
          Fewer than two samples in this hour
        </p>
      ) : (
        <svg
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title}, last hour: highest ${formatExact(max)} ${unit}, now ${last?.value == null ? 'not known' : `${formatExact(last.value)} ${unit}`}`}
          onPointerMove={onMove}
          onPointerLeave={() => setPointed(undefined)}
          className={cn('block h-22 w-full border-b', hues[hue])}
        >
          <path d={area} fill="currentColor" opacity="0.12" />
          <path
            d={line}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
            vectorEffect="non-scaling-stroke"
          />
          {pointed === undefined ? null : (
            <line
              x1={(pointed / (points.length - 1)) * width}
              x2={(pointed / (points.length - 1)) * width}
              y1="0"
              y2={height}
              stroke="var(--line-strong)"
              vectorEffect="non-scaling-stroke"
            />
          )}
        </svg>
      )}
      <p className="num mt-0.5 flex justify-between text-2xs text-faint">
        <span>{points[0] ? clock(points[0].at) : ''}</span>
        <span>highest {format(max)}</span>
        <span>{points.at(-1) ? clock(points.at(-1)?.at ?? '') : ''}</span>
      </p>
    </figure>
  )
}
