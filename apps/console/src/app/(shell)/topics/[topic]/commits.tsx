'use client'

import type { TopicSnapshots } from '@lean-ops/common/contract/topic-lake'
import type { TopicDetail } from '@lean-ops/common/contract/topics'
import { useQuery } from '@tanstack/react-query'
import { CouldNotLoad } from '../../../../components/status/states.tsx'
import { Timestamp } from '../../../../components/time/timestamp.tsx'
import { Copyable } from '../../../../components/ui/copyable.tsx'
import { Skeleton } from '../../../../components/ui/skeleton.tsx'
import { formatExact } from '../../../../format/format-number.ts'
import { snapshotsQuery } from '../../../../queries/topics.ts'
import { growthOfRaw } from './rates.ts'

type Layer = TopicSnapshots['layers'][number]

const layerNames: Record<Layer['layer'], string> = { raw: 'RAW', curated: 'Curated', semantic: 'Semantic' }

/** The newest commits of the topic's three tables, and the minutes of the last hour in which RAW grew. */
export function Commits({ detail }: { detail: TopicDetail }) {
  const { data, error, isFetching, refetch } = useQuery(snapshotsQuery(detail.topic.topic))
  return (
    <div className="flex flex-col gap-6 p-4">
      {data ? (
        <div className="grid items-start gap-x-8 gap-y-6 lg:grid-cols-3">
          {data.layers.map((layer) => (
            <LayerCommits key={layer.layer} layer={layer} />
          ))}
        </div>
      ) : error ? (
        <CouldNotLoad
          what="the commits"
          error={error}
          isRetrying={isFetching}
          onRetry={() => void refetch()}
        />
      ) : (
        <div role="status">
          <span className="sr-only">Loading the commits…</span>
          <Skeleton className="h-40" />
        </div>
      )}
      <Growth detail={detail} />
    </div>
  )
}

function LayerCommits({ layer }: { layer: Layer }) {
  const { checkpoint, snapshots } = layer
  return (
    <section aria-label={`${layerNames[layer.layer]} commits`} className="min-w-0 text-sm">
      <h2 className="text-base font-semibold">
        {layerNames[layer.layer]}
        {layer.totalRows === null ? null : (
          <span className="num ml-2 text-sm font-normal text-soft">{formatExact(layer.totalRows)} rows</span>
        )}
      </h2>
      <p className="font-mono text-xs break-all text-soft">
        {layer.database}.{layer.table}
      </p>
      {checkpoint ? (
        <p className="mt-1 text-xs text-soft">
          checkpoint: pass {formatExact(checkpoint.passSeq)}, <Timestamp at={checkpoint.updatedAt} />
        </p>
      ) : null}
      {layer.error ? <p className="mt-2 text-warning">Could not be read: {layer.error}</p> : null}
      {snapshots.length > 0 ? (
        <table className="mt-2 w-full">
          <caption className="sr-only">Newest commits of {layerNames[layer.layer]}</caption>
          <thead className="text-left text-xs text-soft">
            <tr className="border-b">
              <th className="py-1.5 font-medium">Committed</th>
              <th className="py-1.5 font-medium">Snapshot</th>
              <th className="py-1.5 text-right font-medium">Rows</th>
            </tr>
          </thead>
          <tbody>
            {snapshots.map((one) => (
              <tr key={one.id} className="h-7 border-b">
                <td>
                  <Timestamp at={one.at} />
                  <span className="ml-1.5 text-xs text-soft">{one.operation}</span>
                </td>
                <td>
                  <Copyable text={one.id} shown={`…${one.id.slice(-6)}`} />
                </td>
                <td className="num text-right" data-tip={totalWords(one.totalRows)}>
                  {one.addedRows === null ? '–' : `+${formatExact(one.addedRows)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : layer.error ? null : (
        <p className="mt-2 text-soft">{emptyWords(layer)}</p>
      )}
    </section>
  )
}

const totalWords = (rows: number | null): string | undefined =>
  rows === null ? undefined : `${formatExact(rows)} rows then`

function emptyWords({ layer, exists }: Layer): string {
  if (layer === 'raw')
    return 'No commit yet. Firehose writes the first one about a minute after the first message.'
  return exists
    ? 'No commit yet: no run has written to it.'
    : 'Not made yet: the first run that needs it does.'
}

function Growth({ detail }: { detail: TopicDetail }) {
  const steps = growthOfRaw(detail.samples)
  if (steps.length === 0)
    return (
      <p className="text-sm text-soft">RAW did not grow within the last hour, as far as it was sampled.</p>
    )
  return (
    <table className="w-full max-w-xl text-sm">
      <caption className="mb-1 text-left text-base font-semibold">Minutes in which RAW grew</caption>
      <thead className="text-left text-xs text-soft">
        <tr className="border-b">
          <th className="py-1.5 font-medium">Seen at</th>
          <th className="py-1.5 text-right font-medium">New rows</th>
          <th className="py-1.5 text-right font-medium">Rows then</th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <tr key={step.at} className="h-7 border-b">
            <td>
              <Timestamp at={step.at} form="clock" />
            </td>
            <td className="num text-right">+{formatExact(step.rows)}</td>
            <td className="num text-right text-soft">{formatExact(step.total)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
