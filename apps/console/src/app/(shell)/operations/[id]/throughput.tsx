'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { SeriesChart } from '../../../../components/charts/series-chart.tsx'
import { seriesQuery } from '../../../../queries/operations.ts'

const pointSeconds = 10

/** Messages per second and the share that came back, ten seconds a point. */
export function Throughput({ id, isLive }: { id: string; isLive: boolean }) {
  const { data } = useQuery(seriesQuery(id, isLive))
  const points = data?.points
  const series = useMemo(
    () => ({
      sent: (points ?? []).map((point) => ({ at: point.at, value: point.sent / pointSeconds })),
      returned: (points ?? []).map((point) => {
        const settled = point.resolved + point.returned + point.unverified + point.failed
        return { at: point.at, value: settled === 0 ? null : point.returned / settled }
      }),
    }),
    [points],
  )
  if (!points || points.length < 2) return null
  return (
    <section aria-label="Over time" className="grid gap-x-8 gap-y-4 px-4 md:grid-cols-2">
      <SeriesChart
        title="Sent"
        unit="msg/s"
        points={series.sent}
        format={(value) => value.toFixed(value < 10 ? 1 : 0)}
      />
      <SeriesChart
        title="Came back, of those settled"
        unit=""
        hue="degraded"
        points={series.returned}
        format={(value) => `${(value * 100).toFixed(1)} %`}
      />
    </section>
  )
}
