'use client'

import { useQuery } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'
import { PageHeader } from '../../../components/page/page-header.tsx'
import { usePause } from '../../../components/pauses/use-pause.tsx'
import { SavedViewsMenu } from '../../../components/saved-views/saved-views-menu.tsx'
import { Announcer } from '../../../components/status/announcer.tsx'
import { CouldNotLoad, NothingMatches, StaleNotice } from '../../../components/status/states.tsx'
import { formatCount } from '../../../format/format-number.ts'
import { topicsQuery } from '../../../queries/topics.ts'
import { type Density, storeDensity } from '../../../state/density.ts'
import { oldestSamples } from '../../../state/oldest-samples.ts'
import { serverNowMs } from '../../../state/server-clock.ts'
import { useActions } from '../dead-letters/use-actions.tsx'
import { countVerdicts, filterTopics, judgeRows, naturalDirection, sortTopics } from './arrange-topics.ts'
import { Board } from './board.tsx'
import { BoardSkeleton } from './board-skeleton.tsx'
import { BoardToolbar } from './board-toolbar.tsx'
import { FirstRun } from './first-run.tsx'
import { SampleAges } from './sample-ages.tsx'
import { topicsParams } from './search-params.ts'
import { openLettersOf, TopicsSelectionBar } from './topics-selection-bar.tsx'
import { VerdictTiles } from './verdict-tiles.tsx'

/** The board of all topics: verdicts as tiles that filter, then one dense row per topic. */
export function TopicsView({ initialDensity }: { initialDensity: Density }) {
  const { data, dataUpdatedAt, error, isFetching, refetch } = useQuery(topicsQuery())
  const [params, setParams] = useQueryStates(topicsParams, { history: 'replace' })
  const [density, setDensity] = useState(initialDensity)
  const filterInput = useRef<HTMLInputElement>(null)
  const q = useDeferredValue(params.q)

  const nowMs = serverNowMs(dataUpdatedAt)
  const rows = useMemo(() => (data ? judgeRows(data.topics, nowMs) : []), [data, nowMs])
  const direction = params.dir ?? naturalDirection(params.sort)
  // The arrow in the header turns at once; the rows follow in slices that let clicks and keys through.
  const [sort, sortDirection] = [useDeferredValue(params.sort), useDeferredValue(direction)]
  const shown = useMemo(() => {
    const filter = { q, verdict: params.verdict, owner: params.owner, has: params.has }
    return sortTopics(filterTopics(rows, filter, nowMs), sort, sortDirection)
  }, [rows, q, params.verdict, params.owner, params.has, sort, sortDirection, nowMs])
  const ages = useMemo(() => oldestSamples(data?.topics ?? []), [data])
  const counts = useMemo(() => countVerdicts(rows), [rows])
  const owners = useMemo(() => [...new Set(rows.map(({ row }) => row.owner))].sort(), [rows])
  // By name, so that refreshes, filters and sorting leave it alone.
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const toggle = useCallback(
    (topic: string) =>
      setSelected((now) => {
        const next = new Set(now)
        if (!next.delete(topic)) next.add(topic)
        return next
      }),
    [],
  )
  const chosen = rows.filter(({ row }) => selected.has(row.topic))
  const { openAction, dialog } = useActions(() => setSelected(new Set()))
  const { openPause, pauseDialog } = usePause()
  const clear = () => void setParams({ q: null, verdict: null, owner: null, has: null })

  return (
    <div className="flex flex-col">
      <PageHeader title="Topics">
        <VerdictTiles
          counts={data ? counts : undefined}
          chosen={params.verdict}
          onChange={(verdict) => void setParams({ verdict: verdict.length > 0 ? verdict : null })}
        />
        <div className="flex-1" />
        <SavedViewsMenu page="topics" />
      </PageHeader>
      <BoardToolbar
        inputRef={filterInput}
        params={params}
        owners={owners}
        density={density}
        onChange={(change) => void setParams(change)}
        onDensity={(next) => {
          storeDensity(next)
          setDensity(next)
        }}
      >
        {data ? (
          <SampleAges
            label={
              shown.length === rows.length
                ? formatCount(rows.length, 'topic')
                : `${shown.length} of ${formatCount(rows.length, 'topic')}`
            }
            ages={ages}
            isFetching={isFetching}
            onRefresh={() => void refetch()}
          />
        ) : null}
      </BoardToolbar>
      {data && error ? (
        <StaleNotice error={error} since={new Date(nowMs).toISOString()} onRetry={() => void refetch()} />
      ) : null}
      {data ? <FirstRun topics={data.topics} /> : null}
      {!data && error ? (
        <CouldNotLoad
          what="the topics"
          error={error}
          isRetrying={isFetching}
          onRetry={() => void refetch()}
        />
      ) : !data ? (
        <BoardSkeleton density={density} />
      ) : rows.length === 0 ? null : shown.length === 0 ? (
        <NothingMatches what="topic" total={rows.length} onClear={clear} />
      ) : (
        <Board
          rows={shown}
          trends={data.trends}
          selected={selected}
          onToggle={toggle}
          onSelectShown={(isOn) =>
            setSelected((now) => {
              const names = new Set(shown.map(({ row }) => row.topic))
              return new Set(isOn ? [...now, ...names] : [...now].filter((name) => !names.has(name)))
            })
          }
          onReplayKey={(topic) => {
            const topics = chosen.length > 0 ? chosen.map(({ row }) => row.topic) : topic ? [topic] : []
            if (topics.length > 0) openAction('replay', openLettersOf(topics))
          }}
          openAction={openAction}
          openPause={openPause}
          nowMs={nowMs}
          columns={params.cols}
          sort={params.sort}
          direction={direction}
          density={density}
          onSort={(sort) => {
            const isSame = sort === params.sort
            const flipped = direction === 'asc' ? 'desc' : 'asc'
            void setParams({ sort, dir: isSame ? flipped : naturalDirection(sort) })
          }}
          onFilterKey={() => filterInput.current?.focus()}
        />
      )}
      <TopicsSelectionBar
        rows={chosen}
        shown={shown.filter(({ row }) => selected.has(row.topic)).length}
        onClear={() => setSelected(new Set())}
        openAction={openAction}
        openPause={openPause}
      />
      {dialog}
      {pauseDialog}
      <Announcer
        text={data ? `${counts.degraded} degraded, ${counts.warning} warning, ${counts.paused} paused` : ''}
      />
    </div>
  )
}
