'use client'

import { useState } from 'react'
import type { VerdictCardProps } from './verdict-hover-card.tsx'

type Loaded = typeof import('./verdict-hover-card.tsx')

/** Each criterion of a verdict as one sentence. The card is fetched and mounted only once a row is pointed at. */
export function VerdictCard(props: VerdictCardProps) {
  const [loaded, setLoaded] = useState<Loaded | undefined>(undefined)
  const { verdict, children } = props
  if (verdict.reasons.length === 0) return children
  if (loaded) return <loaded.VerdictHoverCard {...props} />
  const load = () => void import('./verdict-hover-card.tsx').then((module) => setLoaded(() => module))
  return (
    <div className="min-w-0" onPointerEnter={load}>
      {children}
    </div>
  )
}
