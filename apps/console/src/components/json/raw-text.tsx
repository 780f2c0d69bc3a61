'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import { cn } from '../ui/cn.ts'

const lineHeight = 18
const lineMax = 120

/** Cuts a text into lines of at most `max` characters: the browser lays out one line of 1 MiB for seconds. */
export function cutLines(text: string, max: number): { at: number; text: string }[] {
  const lines: { at: number; text: string }[] = []
  let at = 0
  for (const line of text.split('\n')) {
    for (let from = 0; from === 0 || from < line.length; from += max)
      lines.push({ at: at + from, text: line.slice(from, from + max) })
    at += line.length + 1
  }
  return lines
}

/** A text as it was sent, of which only the lines in view are in the document. */
export function RawText({ text, markAt }: { text: string; markAt?: number }) {
  const lines = useMemo(() => cutLines(text, lineMax), [text])
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 20,
    initialRect: { width: 400, height: 400 },
  })
  const marked =
    markAt === undefined
      ? -1
      : lines.findLastIndex((line) => line.at <= Math.min(markAt, Math.max(0, text.length - 1)))
  useEffect(() => {
    if (marked > 0) virtual.scrollToIndex(marked, { align: 'center' })
  }, [marked, virtual])
  return (
    <section
      ref={scroller}
      aria-label="Raw text"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className="h-full min-h-40 overflow-auto font-mono text-xs"
    >
      <div className="relative min-w-full" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index]
          if (!line) return null
          return (
            <div
              key={item.key}
              className={cn(
                'absolute left-0 px-3 whitespace-pre',
                item.index === marked && 'min-w-full bg-warning-soft',
              )}
              style={{ top: item.start, height: lineHeight }}
            >
              {line.text === '' ? ' ' : line.text}
            </div>
          )
        })}
      </div>
    </section>
  )
}
