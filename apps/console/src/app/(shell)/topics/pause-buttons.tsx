'use client'

import { pausedParts } from '@lean-ops/common/contract/paused-parts'
import type { TopicRow } from '@lean-ops/common/contract/topics'
import { Hand, Play } from 'lucide-react'
import { ActionButton } from '../../../components/operations/action-button.tsx'
import type { OpenPause } from '../../../components/pauses/use-pause.tsx'

type Props = {
  topics: readonly TopicRow[]
  openPause: OpenPause
  size?: 'sm' | 'md'
}

/** Pause while something of them goes on, resume while something stands still. */
export function PauseButtons({ topics, openPause, size = 'sm' }: Props) {
  const owners = new Set(topics.map((row) => row.owner))
  const [owner] = owners.size === 1 ? owners : []
  const look = { permission: 'run', size, ...(owner === undefined ? {} : { owner }) } as const
  return (
    <>
      {topics.every(({ pause }) => pause.ingest && pause.processing) ? null : (
        <ActionButton {...look} onClick={() => openPause('pause', topics)}>
          <Hand aria-hidden="true" />
          Pause…
        </ActionButton>
      )}
      {topics.some(({ pause }) => pausedParts(pause) !== undefined) ? (
        <ActionButton {...look} onClick={() => openPause('resume', topics)}>
          <Play aria-hidden="true" />
          Resume…
        </ActionButton>
      ) : null}
    </>
  )
}
