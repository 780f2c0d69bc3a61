'use client'

import type { TopicDetail } from '@lean-ops/common/contract/topics'
import { useMemo } from 'react'
import { SeriesChart } from '../../../../components/charts/series-chart.tsx'
import { NothingExists } from '../../../../components/status/states.tsx'
import { formatDuration } from '../../../../format/format-duration.ts'

/** The last hour, a reading a minute. */
export function Overview({ detail }: { detail: TopicDetail }) {
  const { samples } = detail
  const series = useMemo(
    () => ({
      visible: samples.map((sample) => ({ at: sample.at, value: sample.visible })),
      // An empty queue has no oldest message: nothing has waited at all.
      oldest: samples.map((sample) => ({
        at: sample.at,
        value: sample.oldestSeconds ?? (sample.visible === 0 ? 0 : null),
      })),
      dead: samples.map((sample) => ({ at: sample.at, value: sample.deadLettersOpen })),
      raw: samples.slice(1).map((sample, index) => {
        const before = samples[index]?.rawRows ?? null
        return {
          at: sample.at,
          value: sample.rawRows === null || before === null ? null : Math.max(0, sample.rawRows - before),
        }
      }),
    }),
    [samples],
  )
  if (samples.length === 0)
    return (
      <NothingExists title="No samples yet">
        The sampler reads queue, table and dead letters once a minute; the first reading appears here by
        itself.
      </NothingExists>
    )
  return (
    <div className="grid gap-x-8 gap-y-6 p-4 md:grid-cols-2">
      <SeriesChart title="Backlog" unit="waiting" points={series.visible} />
      <SeriesChart title="RAW rows per minute" unit="rows" points={series.raw} />
      <SeriesChart
        title="Oldest waiting message"
        unit=""
        points={series.oldest}
        hue="warning"
        format={formatDuration}
      />
      <SeriesChart title="Open dead letters" unit="open" points={series.dead} hue="degraded" />
    </div>
  )
}
