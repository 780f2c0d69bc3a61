'use client'

import type { TopicPause } from '@lean-ops/common/contract/topic-pause'
import dynamic from 'next/dynamic'
import { type ReactNode, useCallback, useState } from 'react'

const PauseDialog = dynamic(() => import('./pause-dialog.tsx').then((module) => module.PauseDialog), {
  ssr: false,
})

/** A topic as it was on the screen: its version is what the change is against. */
export type PausableTopic = { topic: string; pause: TopicPause }

/** Stable between renders, as rows compare it. */
export type OpenPause = (verb: 'pause' | 'resume', topics: readonly PausableTopic[]) => void

/** The dialog that pauses or resumes topics; what it is about is frozen when it opens. */
export function usePause(): { openPause: OpenPause; pauseDialog: ReactNode } {
  const [wanted, setWanted] = useState<Parameters<OpenPause> | undefined>(undefined)
  const openPause = useCallback<OpenPause>((...next) => setWanted(next), [])
  const pauseDialog = wanted ? (
    <PauseDialog verb={wanted[0]} topics={wanted[1]} onClose={() => setWanted(undefined)} />
  ) : null
  return { openPause, pauseDialog }
}
