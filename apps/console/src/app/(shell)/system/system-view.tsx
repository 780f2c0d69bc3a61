'use client'

import { useQuery } from '@tanstack/react-query'
import { PageHeader } from '../../../components/page/page-header.tsx'
import { CouldNotLoad, StaleNotice } from '../../../components/status/states.tsx'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { formatExact } from '../../../format/format-number.ts'
import { formatSize } from '../../../format/format-size.ts'
import { systemQuery } from '../../../queries/system.ts'
import { topicsQuery } from '../../../queries/topics.ts'
import { oldestSamples } from '../../../state/oldest-samples.ts'
import { Card, Fact } from './card.tsx'
import { HoldCard } from './hold-card.tsx'
import { SessionsCard } from './sessions-card.tsx'
import { SettingsCard } from './settings-card.tsx'

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
      <div className="grid items-start gap-4 px-4 md:grid-cols-2">
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
