'use client'

import { type TopicVerdict, verdictFacts } from '@lean-ops/common/contract/topic-verdict'
import { HoverCard } from 'radix-ui'
import type { ReactNode } from 'react'
import { VerdictIcon } from './verdict-badge.tsx'

export type VerdictCardProps = { verdict: TopicVerdict; topic: string; children: ReactNode }

/** The reasons of a verdict in a card beside what is pointed at. */
export function VerdictHoverCard({ verdict, topic, children }: VerdictCardProps) {
  return (
    <HoverCard.Root openDelay={200} closeDelay={100}>
      <HoverCard.Trigger asChild>
        <div className="min-w-0">{children}</div>
      </HoverCard.Trigger>
      <HoverCard.Portal>
        <HoverCard.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-80 rounded-md border bg-raised p-3 text-sm shadow-float"
        >
          <p className="mb-1.5 flex items-center gap-1.5 font-medium">
            <VerdictIcon state={verdict.state} />
            <span className="font-mono">{topic}</span>
            {verdictFacts[verdict.state].word.toLowerCase()}
          </p>
          <ul className="flex flex-col gap-1.5">
            {verdict.reasons.map((reason) => (
              <li key={reason.code} className="flex gap-2">
                <VerdictIcon state={reason.state} className="mt-0.5 size-3.5" />
                <span>{reason.sentence}</span>
              </li>
            ))}
          </ul>
        </HoverCard.Content>
      </HoverCard.Portal>
    </HoverCard.Root>
  )
}
