import type { DeadLetterStatus } from '@lean-ops/common/contract/dead-letter'
import { deadLetterStatusFacts } from '@lean-ops/common/contract/dead-letter-facts'
import { CircleCheck, CircleHelp, CirclePlay, Inbox, type LucideIcon, Search, Trash2 } from 'lucide-react'
import { cn } from '../../../components/ui/cn.ts'

type Facts = (typeof deadLetterStatusFacts)[DeadLetterStatus]

const icons: Record<Facts['icon'], LucideIcon> = {
  inbox: Inbox,
  play: CirclePlay,
  search: Search,
  check: CircleCheck,
  question: CircleHelp,
  trash: Trash2,
}

const hues: Record<Facts['hue'], string> = {
  warning: 'text-warning',
  accent: 'text-accent',
  healthy: 'text-healthy',
  degraded: 'text-degraded',
  neutral: 'text-unknown',
}

/** The status of a dead letter: icon, word, hue; its meaning on hover. */
export function StatusBadge({ status }: { status: DeadLetterStatus }) {
  const facts = deadLetterStatusFacts[status]
  const Icon = icons[facts.icon]
  return (
    <span
      data-tip={facts.meaning}
      className={cn('inline-flex items-center gap-1 text-xs whitespace-nowrap', hues[facts.hue])}
    >
      <Icon aria-hidden="true" className="size-3.5 shrink-0" />
      {facts.word}
    </span>
  )
}
