import { failureClassOf, isFailureCode } from '@lean-ops/common/contract/failure-catalogue'
import { CircleHelp, FileWarning, type LucideIcon, RotateCcw, Wrench } from 'lucide-react'

const looks: Record<string, { icon: LucideIcon; word: string }> = {
  data: { icon: FileWarning, word: 'the message itself is wrong' },
  transient: { icon: RotateCcw, word: 'may pass when sent again' },
  config: { icon: Wrench, word: 'ours to repair' },
  unknown: { icon: CircleHelp, word: 'cause not known' },
}

/** A failure code with the sign of its class: wrong data, transient, ours to repair, unknown. */
export function CodeBadge({ code }: { code: string }) {
  const known = isFailureCode(code) ? failureClassOf(code) : 'unknown'
  const { icon: Icon, word } = looks[known] ?? { icon: CircleHelp, word: 'cause not known' }
  return (
    <span
      data-tip={`${code}: ${word}`}
      className="inline-flex h-5 max-w-full items-center gap-1 rounded bg-sunken px-1.5 font-mono text-2xs text-soft"
    >
      <Icon aria-hidden="true" className="size-3 shrink-0" />
      <span className="truncate">{code}</span>
      <span className="sr-only">, {word}</span>
    </span>
  )
}
