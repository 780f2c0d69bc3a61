import { type VerdictState, verdictFacts } from '@lean-ops/common/contract/topic-verdict'
import { CircleCheck, CircleDashed, Hand, type LucideIcon, OctagonAlert, TriangleAlert } from 'lucide-react'
import { cn } from '../ui/cn.ts'

const looks: Record<VerdictState, { icon: LucideIcon; text: string; soft: string }> = {
  healthy: { icon: CircleCheck, text: 'text-healthy', soft: 'bg-healthy-soft' },
  warning: { icon: TriangleAlert, text: 'text-warning', soft: 'bg-warning-soft' },
  degraded: { icon: OctagonAlert, text: 'text-degraded', soft: 'bg-degraded-soft' },
  paused: { icon: Hand, text: 'text-paused', soft: 'bg-paused-soft' },
  unknown: { icon: CircleDashed, text: 'text-unknown', soft: 'bg-unknown-soft' },
}

/** The shape and hue of a state, without its word: for places where the word stands beside. */
export function VerdictIcon({ state, className }: { state: VerdictState; className?: string }) {
  const { icon: Icon, text } = looks[state]
  return <Icon aria-hidden="true" className={cn('size-4 shrink-0', text, className)} />
}

/** State = icon + word + hue, so that it is read without colour too. */
export function VerdictBadge({ state, className }: { state: VerdictState; className?: string }) {
  const { text, soft } = looks[state]
  return (
    <span
      className={cn(
        'inline-flex h-6 items-center gap-1.5 rounded px-1.5 text-xs font-medium',
        text,
        soft,
        className,
      )}
    >
      <VerdictIcon state={state} className="size-3.5" />
      {verdictFacts[state].word}
    </span>
  )
}
