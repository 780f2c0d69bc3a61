'use client'

import type { PlanSelection } from '@lean-ops/common/contract/plan'
import { Play, Snowflake } from 'lucide-react'
import { ActionButton } from '../../../components/operations/action-button.tsx'
import type { OpenAction } from '../dead-letters/use-actions.tsx'

type Props = {
  topics: readonly string[]
  openAction: OpenAction
  /** Of all of them, where it is one and known. */
  owner?: string
  size?: 'sm' | 'md'
}

/** What can be run for topics, through plan and confirm like every action. */
export function RunButtons({ topics, openAction, ...look }: Props) {
  const selection: PlanSelection = { by: 'topics', topics: [...topics] }
  return (
    <>
      <ActionButton permission="run" {...look} onClick={() => openAction('run-with-input', selection)}>
        <Play aria-hidden="true" />
        Run now…
      </ActionButton>
      <ActionButton permission="run" {...look} onClick={() => openAction('refresh-snowflake', selection)}>
        <Snowflake aria-hidden="true" />
        Refresh Snowflake…
      </ActionButton>
    </>
  )
}
