'use client'

import type { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'
import type { ErrorGroup } from '@lean-ops/common/contract/dead-letter-query'
import type { PlanSelection } from '@lean-ops/common/contract/plan'
import { useQuery } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { quickMax, useQuickAction } from '../../../components/operations/use-quick-action.ts'
import {
  CouldNotLoad,
  NothingExists,
  NothingMatches,
  StaleNotice,
} from '../../../components/status/states.tsx'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { cn } from '../../../components/ui/cn.ts'
import { Menu, MenuItem } from '../../../components/ui/menu.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { formatCount, formatExact } from '../../../format/format-number.ts'
import { useShortcuts } from '../../../keyboard/use-shortcuts.ts'
import { groupsQuery } from '../../../queries/dead-letters.ts'
import { useDrawn } from '../../../state/use-drawn.ts'
import { usePermission } from '../../../state/use-permission.ts'
import { CodeBadge } from './code-badge.tsx'
import { isHopeless } from './is-hopeless.ts'
import { isNarrowed } from './is-narrowed.ts'
import type { OpenAction, OpenTransform } from './use-actions.tsx'

type Props = {
  filter: DeadLetterFilter
  openId: string | null
  onOpen: (id: string) => void
  onClear: () => void
  onShowMessages: (fingerprint: string) => void
  openAction: OpenAction
  openTransform: OpenTransform
}

/** What failed for the same reason, largest first. Opening a group shows one of its messages. */
export function GroupsList(props: Props) {
  const { filter, openId, onOpen, onClear, onShowMessages, openAction, openTransform } = props
  const { data, error, dataUpdatedAt, isFetching, isPlaceholderData, refetch } = useQuery(groupsQuery(filter))
  const [active, setActive] = useState<string | undefined>(undefined)
  const groups = data?.groups ?? []
  const drawn = useDrawn(groups.length)
  const at = groups.findIndex((group) => group.fingerprint === active)
  const focus = (index: number) => {
    const group = groups[Math.min(Math.max(index, 0), groups.length - 1)]
    if (!group) return
    setActive(group.fingerprint)
    document.querySelector<HTMLElement>(`[data-group="${CSS.escape(group.fingerprint)}"]`)?.focus()
  }
  const selectionOf = (group: ErrorGroup): PlanSelection => ({
    by: 'filter',
    filter: { ...filter, fingerprint: [group.fingerprint] },
    except: [],
  })
  const act = (kind: 'replay' | 'discard', group = groups[at]) => {
    if (group) openAction(kind, selectionOf(group))
  }
  const quick = useQuickAction(openAction)
  useShortcuts('dead-letters', {
    replay: () => act('replay'),
    discard: () => act('discard'),
    next: () => focus(at + 1),
    previous: () => focus(at - 1),
    open: () => {
      const group = groups[at]
      if (group) onOpen(group.sampleId)
    },
  })
  if (!data && error)
    return (
      <CouldNotLoad
        what="the error groups"
        error={error}
        isRetrying={isFetching}
        onRetry={() => void refetch()}
      />
    )
  if (!data) return <ListSkeleton />
  if (groups.length === 0)
    return isNarrowed(filter) ? (
      <NothingMatches what="dead letter" onClear={onClear} />
    ) : (
      <NothingExists isGood title="No open dead letters. Nice.">
        Messages that fail appear here within seconds of reaching the dead-letter queue.
      </NothingExists>
    )
  return (
    <>
      {error ? (
        <StaleNotice
          error={error}
          since={new Date(dataUpdatedAt).toISOString()}
          onRetry={() => void refetch()}
        />
      ) : null}
      {data.isApproximate ? (
        <p className="px-4 pb-2 text-xs text-soft">
          Counts of groups are approximate under a text filter; a replay counts exactly before it starts.
        </p>
      ) : null}
      <ul
        aria-label="Error groups"
        className={cn('border-t transition-opacity', isPlaceholderData && 'opacity-60')}
      >
        {groups.slice(0, drawn).map((group) => (
          <GroupRow
            key={group.fingerprint}
            group={group}
            isOpen={openId === group.sampleId}
            isTabStop={at === -1 ? group === groups[0] : group.fingerprint === active}
            onFocus={() => setActive(group.fingerprint)}
            onOpen={() => onOpen(group.sampleId)}
            onShowMessages={() => onShowMessages(group.fingerprint)}
            onReplay={() => act('replay', group)}
            onReplayNow={() =>
              quick.mutate({ kind: 'replay', selection: selectionOf(group), count: group.count })
            }
            onTransform={() => openTransform(selectionOf(group), group.sampleId)}
            onDiscard={() => act('discard', group)}
          />
        ))}
      </ul>
    </>
  )
}

type RowProps = {
  group: ErrorGroup
  isOpen: boolean
  isTabStop: boolean
  onFocus: () => void
  onOpen: () => void
  onShowMessages: () => void
  onReplay: () => void
  onReplayNow: () => void
  onTransform: () => void
  onDiscard: () => void
}

function GroupRow(props: RowProps) {
  const { group, isOpen, isTabStop, onFocus, onOpen, onShowMessages } = props
  const { onReplay, onReplayNow, onTransform, onDiscard } = props
  const { topics, topicCount } = group
  const noReplay = usePermission('replay')
  const noDiscard = usePermission('discard')
  const noEdit = usePermission('edit')
  const isQuick = group.count <= quickMax && !isHopeless(group.code)
  const topicWords = topicCount === 1 ? topics[0]?.topic : `${topics[0]?.topic} and ${topicCount - 1} more`
  return (
    <li
      className={cn(
        'relative flex items-start gap-4 border-b px-4 py-2.5 hover:bg-sunken focus-within:bg-accent-soft',
        isOpen && 'bg-accent-soft',
      )}
    >
      <div className="min-w-0 flex-1">
        <button
          type="button"
          data-group={group.fingerprint}
          tabIndex={isTabStop ? 0 : -1}
          onFocus={onFocus}
          onClick={onOpen}
          aria-current={isOpen ? 'true' : undefined}
          className="block max-w-full truncate text-left text-sm font-medium after:absolute after:inset-0"
        >
          {group.title}
        </button>
        <p className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-xs text-soft">
          <CodeBadge code={group.code} />
          <span>{group.stage}</span>
          <span
            className="relative max-w-60 truncate font-mono"
            data-tip={topics.map((one) => `${one.topic}: ${formatExact(one.count)}`).join('\n')}
          >
            {topicWords}
          </span>
          <span className="relative">
            first <Timestamp at={group.firstSeenAt} isTabStop={false} />
          </span>
          <span className="relative">
            last <Timestamp at={group.lastSeenAt} isTabStop={false} />
          </span>
        </p>
      </div>
      <Trend steps={group.trend} />
      <button
        type="button"
        tabIndex={-1}
        onClick={onShowMessages}
        data-tip={`Show ${formatCount(group.count, 'message')}`}
        className="num relative min-w-16 rounded text-right text-base font-semibold hover:underline"
      >
        {formatExact(group.count)}
        <span className="sr-only"> messages, show them</span>
      </button>
      <div className="relative -my-0.5">
        <Menu
          trigger={
            <Button
              intent="ghost"
              size="iconSm"
              tabIndex={isTabStop ? 0 : -1}
              aria-label={`Act on ${group.title}`}
            >
              <Ellipsis aria-hidden="true" />
            </Button>
          }
        >
          <MenuItem onSelect={onShowMessages}>Show its messages</MenuItem>
          {isQuick ? (
            <MenuItem onSelect={onReplayNow} disabled={noReplay !== undefined}>
              Replay {formatCount(group.count, 'message')} in 5 s
            </MenuItem>
          ) : null}
          <MenuItem onSelect={onReplay} disabled={noReplay !== undefined}>
            Replay {formatCount(group.count, 'message')}…
          </MenuItem>
          <MenuItem onSelect={onTransform} disabled={noEdit !== undefined}>
            Transform and replay…
          </MenuItem>
          <MenuItem onSelect={onDiscard} disabled={noDiscard !== undefined} className="text-degraded">
            Discard {formatCount(group.count, 'message')}…
          </MenuItem>
        </Menu>
      </div>
    </li>
  )
}

function Trend({ steps }: { steps: readonly number[] }) {
  const max = Math.max(1, ...steps)
  // One path for all bars: an element for each would be most of what this page has.
  const bars = steps.flatMap((count, index) => {
    const bar = Math.max(1.5, (count / max) * 20)
    return count === 0 ? [] : [`M${index + 0.1} 20v${-bar}h0.8v${bar}z`]
  })
  return (
    <svg
      viewBox={`0 0 ${Math.max(1, steps.length)} 20`}
      preserveAspectRatio="none"
      aria-hidden="true"
      className="mt-0.5 hidden h-7 w-24 shrink-0 text-degraded sm:block"
    >
      <path d={bars.join('')} fill="currentColor" opacity="0.75" />
    </svg>
  )
}

const places = [0, 1, 2, 3, 4, 5, 6]

export function ListSkeleton() {
  return (
    <div role="status" className="border-t">
      <span className="sr-only">Loading dead letters…</span>
      {places.map((place) => (
        <div key={place} className="flex items-center gap-4 border-b px-4 py-3">
          <div className="flex-1">
            <Skeleton className="h-3.5 w-2/3 max-w-96" />
            <Skeleton className="mt-2 h-3 w-1/2 max-w-72" />
          </div>
          <Skeleton className="h-5 w-14" />
        </div>
      ))}
    </div>
  )
}
