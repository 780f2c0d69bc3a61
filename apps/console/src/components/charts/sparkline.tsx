import { memo } from 'react'
import { formatExact } from '../../format/format-number.ts'
import { plotSeries } from './series-path.ts'

const [width, height] = [44, 14]

type Props = { values: readonly (number | null)[] | undefined; label: string }

/** A course of a few values beside their newest one, without axes: up, down, or as ever. Gaps are what was not read. */
export const Sparkline = memo(function Sparkline({ values, label }: Props) {
  if (!values?.some((value) => value !== null))
    return <svg width={width} height={height} aria-hidden="true" />
  const points = values.map((value) => ({ at: '', value }))
  const { line, area, max } = plotSeries(points, width, height - 1)
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      data-tip={`${label}, highest ${formatExact(max)}`}
      aria-hidden="true"
      className={max === 0 ? 'text-line-strong' : 'text-accent'}
    >
      <path d={area} fill="currentColor" opacity="0.18" />
      <path d={line} fill="none" stroke="currentColor" strokeWidth="1" />
    </svg>
  )
})
