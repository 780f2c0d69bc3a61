'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useCallback } from 'react'
import { formatAge } from '../../format/format-duration.ts'
import { topicsQuery } from '../../queries/topics.ts'
import { useClockText } from '../../state/clock.ts'
import { oldestSamples } from '../../state/oldest-samples.ts'
import { cn } from '../ui/cn.ts'

/** The oldest of the kinds of samples that the pages show: how far behind reality this console may be. */
export function WorstSample() {
  const { data, isError } = useQuery({ ...topicsQuery(), refetchInterval: 15_000 })
  const worst = data ? oldestSamples(data.topics)[0] : undefined
  const toText = useCallback(
    (nowMs: number) => {
      if (!worst) return ''
      return worst.at === null ? 'never read' : formatAge((nowMs - Date.parse(worst.at)) / 1000)
    },
    [worst],
  )
  const age = useClockText(toText)
  const isOld = worst !== undefined && (worst.at === null || / [hdm]$/.test(age))
  if (isError && !data) return <span className="num px-1 text-xs text-degraded">API unreachable</span>
  if (!worst) return <span className="inline-block w-40" />
  return (
    <Link
      href="/system"
      prefetch={false}
      data-tip={
        worst.at === null ? `${worst.label} was never read` : `Oldest sample: ${worst.label}, {${worst.at}}`
      }
      className={cn(
        'num inline-block min-w-40 px-1 text-right text-xs',
        isOld ? 'text-warning' : 'text-soft',
      )}
    >
      worst sample: {worst.label} {age}
    </Link>
  )
}
