'use client'

import type { System } from '@lean-ops/common/contract/system'
import { useQuery } from '@tanstack/react-query'
import { PageHeader } from '../../../components/page/page-header.tsx'
import { CouldNotLoad, StaleNotice } from '../../../components/status/states.tsx'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { formatDuration } from '../../../format/format-duration.ts'
import { formatCount, formatExact } from '../../../format/format-number.ts'
import { formatSize } from '../../../format/format-size.ts'
import { systemQuery } from '../../../queries/system.ts'
import { topicsQuery } from '../../../queries/topics.ts'
import { oldestSamples } from '../../../state/oldest-samples.ts'
import { Card, Fact } from './card.tsx'
import { HoldCard } from './hold-card.tsx'
import { SessionsCard } from './sessions-card.tsx'
import { SettingsCard } from './settings-card.tsx'

/** From failing to being listed takes seconds; a minute says that the indexer is behind. */
const lagWarningSeconds = 60

function workerWords({ queued, oldestQueuedSeconds, running }: System['worker']): string {
  const waiting =
    queued === 0
      ? 'nothing waits'
      : `${formatCount(queued, 'operation')} waiting, the first for ${formatDuration(oldestQueuedSeconds ?? 0)}`
  return running === 0 ? waiting : `${waiting} · ${formatExact(running)} running`
}

/** How the installation itself is, and what an administrator may change. */
export function SystemView() {
  const { data, error, dataUpdatedAt, isFetching, refetch } = useQuery(systemQuery())
  const topics = useQuery(topicsQuery())
  return (
    <div className="pb-10">
      <PageHeader title="System" />
      {data && error ? (
        <StaleNotice
          error={error}
          since={new Date(dataUpdatedAt).toISOString()}
          onRetry={() => void refetch()}
        />
      ) : null}
      <div className="gap-4 px-4 md:columns-2 *:mb-4 *:break-inside-avoid">
        {error && !data ? (
          <Card title="State">
            <CouldNotLoad
              what="the system’s state"
              error={error}
              isRetrying={isFetching}
              onRetry={() => void refetch()}
            />
          </Card>
        ) : !data ? (
          <Skeleton className="h-56" />
        ) : (
          <Card title="State">
            <Fact name="Sampler">
              {data.sampler.lastSampleAt ? (
                <>
                  last pass <Timestamp at={data.sampler.lastSampleAt} />
                </>
              ) : (
                <span className="text-warning">never ran</span>
              )}
            </Fact>
            <Fact name="Topics">
              {formatExact(data.sampler.topics)}
              {data.sampler.topicsWithErrors > 0 ? (
                <span className="text-warning">
                  {' '}
                  · {formatExact(data.sampler.topicsWithErrors)} could not be read whole
                </span>
              ) : null}
            </Fact>
            <Fact name="Indexer">
              {data.indexer.lastRecordedAt === null ? (
                'nothing has failed yet'
              ) : (
                <>
                  last entry <Timestamp at={data.indexer.lastRecordedAt} />
                  {data.indexer.lagSeconds === null ? null : (
                    <span
                      className={data.indexer.lagSeconds > lagWarningSeconds ? 'text-warning' : undefined}
                    >
                      {' '}
                      · {formatDuration(data.indexer.lagSeconds)} behind the failure
                    </span>
                  )}
                </>
              )}
            </Fact>
            <Fact name="Operations worker">
              {workerWords(data.worker)}
              {data.worker.stalled > 0 ? (
                <span className="text-degraded">
                  {' '}
                  · {formatExact(data.worker.stalled)} without a sign of their worker
                </span>
              ) : null}
            </Fact>
            <Fact name="Database">
              PostgreSQL {data.database.serverVersion} · {formatSize(data.database.sizeBytes)} ·{' '}
              {formatExact(data.database.connections)} connections
            </Fact>
            <Fact name="Newest migration">
              <span className="font-mono text-xs">{data.database.newestMigration ?? 'none'}</span>
            </Fact>
            <Fact name="API">version {data.apiVersion}</Fact>
            <Fact name="Live sessions">{formatExact(data.liveSessions)}</Fact>
          </Card>
        )}
        <Card title="Oldest samples">
          {topics.data
            ? oldestSamples(topics.data.topics).map((sample) => (
                <Fact key={sample.label} name={sample.label}>
                  {sample.at === null ? (
                    <span className="text-warning">at least one topic was never read</span>
                  ) : (
                    <Timestamp at={sample.at} />
                  )}
                </Fact>
              ))
            : null}
        </Card>
        <HoldCard />
        <SettingsCard />
        <SessionsCard />
      </div>
    </div>
  )
}
