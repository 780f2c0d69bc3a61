'use client'

import { useMemo } from 'react'
import { formatCount } from '../../format/format-number.ts'
import { diffLines, foldDiff, isEqualButIndent } from '../../json/diff-lines.ts'
import { cn } from '../ui/cn.ts'

const contextLines = 2
const lineMax = 400
const signs = { same: ' ', removed: '−', added: '+' } as const
const words = { same: '', removed: 'before: ', added: 'after: ' } as const

/** Two texts as one, line by line: what is gone, what is new, and what lies around. */
export function LineDiff({ label, before, after, className }: Props) {
  const parts = useMemo(
    () => foldDiff(diffLines(before, after, isEqualButIndent), contextLines),
    [before, after],
  )
  if (before === after) return <p className="text-xs text-soft">Nothing changes.</p>
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className={cn('max-h-64 overflow-auto rounded-md border bg-surface font-mono text-xs', className)}
    >
      <div className="w-max min-w-full py-1">
        {parts.map((part, index) =>
          part.kind === 'gap' ? (
            <p key={`gap-${index}`} className="bg-sunken px-2 text-2xs text-faint">
              {formatCount(part.count, 'unchanged line')}
            </p>
          ) : (
            part.lines.map((line, at) => (
              <p
                key={`${index}-${at}`}
                className={cn(
                  'px-2 whitespace-pre',
                  line.kind === 'removed' && 'bg-degraded-soft text-degraded',
                  line.kind === 'added' && 'bg-healthy-soft text-healthy',
                )}
              >
                <span aria-hidden="true">{signs[line.kind]} </span>
                <span className="sr-only">{words[line.kind]}</span>
                {line.text.length > lineMax ? `${line.text.slice(0, lineMax)}…` : line.text}
              </p>
            ))
          ),
        )}
      </div>
    </section>
  )
}
type Props = { label: string; before: string; after: string; className?: string }
