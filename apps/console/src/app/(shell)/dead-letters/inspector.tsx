'use client'

import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { CouldNotLoad, StaleNotice } from '../../../components/status/states.tsx'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { Copyable } from '../../../components/ui/copyable.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { Tabs } from '../../../components/ui/tabs.tsx'
import { formatSize } from '../../../format/format-size.ts'
import { deadLetterQuery } from '../../../queries/dead-letters.ts'
import { CodeBadge } from './code-badge.tsx'
import { InspectorActions } from './inspector-actions.tsx'
import { InspectorAttributes } from './inspector-attributes.tsx'
import { InspectorError } from './inspector-error.tsx'
import { InspectorHistory } from './inspector-history.tsx'
import { InspectorLineage } from './inspector-lineage.tsx'
import { InspectorPayload } from './inspector-payload.tsx'
import { StatusBadge } from './status-badge.tsx'
import type { OpenAction } from './use-actions.tsx'

export type InspectorTab = 'payload' | 'attributes' | 'error' | 'lineage' | 'history'

type Props = {
  id: string
  tab: InspectorTab
  onTab: (tab: InspectorTab) => void
  onClose: () => void
  onShowGroup: (fingerprint: string) => void
  openAction: OpenAction
  openEdit: (id: string) => void
}

/** One dead letter opened up. Each part loads when it is looked at. */
export function Inspector({ id, tab, onTab, onClose, onShowGroup, openAction, openEdit }: Props) {
  const { data, error, dataUpdatedAt, isFetching, refetch } = useQuery(deadLetterQuery(id))
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the pane from anywhere within
    <div
      className="flex h-full flex-col"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        onClose()
      }}
    >
      <div className="flex items-start gap-2 px-4 pt-3 pb-2">
        <div className="min-w-0 flex-1">
          <h2 className="text-sm leading-snug font-medium">
            {data ? data.errorMessage : <Skeleton className="h-4 w-3/4" />}
          </h2>
          {data ? (
            <p className="mt-1.5 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-xs text-soft">
              <StatusBadge status={data.status} />
              <CodeBadge code={data.code} />
              <span className="font-mono text-ink">{data.topic}</span>
              <span>
                {data.stage} · attempt {data.attempt}
              </span>
              <Timestamp at={data.lastFailedAt} />
              <span className="num">{formatSize(data.sizeBytes)}</span>
              <Copyable text={data.messageId} shown={`${data.messageId.slice(0, 8)}…`} />
            </p>
          ) : (
            <Skeleton className="mt-2.5 h-3 w-1/2" />
          )}
        </div>
        <Button
          intent="ghost"
          size="iconSm"
          aria-label="Close the inspector"
          data-tip="Close (Esc)"
          onClick={onClose}
        >
          <X aria-hidden="true" />
        </Button>
      </div>
      {error && data ? (
        <StaleNotice
          error={error}
          since={new Date(dataUpdatedAt).toISOString()}
          onRetry={() => void refetch()}
        />
      ) : null}
      {error && !data ? (
        <CouldNotLoad
          what="this dead letter"
          error={error}
          isRetrying={isFetching}
          onRetry={() => void refetch()}
        />
      ) : (
        <Tabs
          label="Parts of the dead letter"
          value={tab}
          onChange={onTab}
          className="flex min-h-0 flex-1 flex-col [&>[role=tabpanel]]:min-h-0 [&>[role=tabpanel]]:flex-1 [&>[role=tabpanel]]:overflow-auto [&>[role=tabpanel][hidden]]:hidden"
          listClassName="px-3 shrink-0"
          tabs={[
            { id: 'payload', label: 'Payload', content: <InspectorPayload id={id} /> },
            {
              id: 'attributes',
              label: 'Attributes',
              content: data ? <InspectorAttributes letter={data} /> : null,
            },
            {
              id: 'error',
              label: 'Error',
              content: data ? (
                <InspectorError letter={data} onShowGroup={() => onShowGroup(data.fingerprint)} />
              ) : null,
            },
            { id: 'lineage', label: 'Lineage', content: data ? <InspectorLineage letter={data} /> : null },
            { id: 'history', label: 'History', content: <InspectorHistory id={id} /> },
          ]}
        />
      )}
      {data ? (
        <div className="flex shrink-0 flex-wrap items-center gap-2 border-t px-4 py-2.5">
          <InspectorActions letter={data} openAction={openAction} onEdit={() => openEdit(data.id)} />
        </div>
      ) : null}
    </div>
  )
}
