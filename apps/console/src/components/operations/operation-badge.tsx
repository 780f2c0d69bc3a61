import type { OperationState } from '@lean-ops/common/contract/operation'
import { operationStateFacts } from '@lean-ops/common/contract/operation-facts'
import {
  CircleCheck,
  CirclePlay,
  CircleStop,
  Clock,
  Hand,
  Hourglass,
  type LucideIcon,
  OctagonAlert,
  Search,
  TriangleAlert,
  Unplug,
} from 'lucide-react'
import { cn } from '../ui/cn.ts'

type Facts = (typeof operationStateFacts)[OperationState]

const icons: Record<Facts['icon'], LucideIcon> = {
  clock: Clock,
  play: CirclePlay,
  hourglass: Hourglass,
  hand: Hand,
  plug: Unplug,
  search: Search,
  check: CircleCheck,
  triangle: TriangleAlert,
  stop: CircleStop,
  octagon: OctagonAlert,
}

const hues: Record<Facts['hue'], string> = {
  neutral: 'text-unknown bg-unknown-soft',
  accent: 'text-accent bg-accent-soft',
  warning: 'text-warning bg-warning-soft',
  paused: 'text-paused bg-paused-soft',
  degraded: 'text-degraded bg-degraded-soft',
  healthy: 'text-healthy bg-healthy-soft',
}

/** The state of an operation: icon, word, hue; its meaning on hover. */
export function OperationBadge({ state, className }: { state: OperationState; className?: string }) {
  const facts = operationStateFacts[state]
  const Icon = icons[facts.icon]
  return (
    <span
      data-tip={facts.meaning}
      className={cn(
        'inline-flex h-6 items-center gap-1.5 rounded px-1.5 text-xs font-medium whitespace-nowrap',
        hues[facts.hue],
        className,
      )}
    >
      <Icon aria-hidden="true" className="size-3.5 shrink-0" />
      {facts.word}
    </span>
  )
}
