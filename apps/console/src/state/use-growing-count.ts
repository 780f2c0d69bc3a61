'use client'

import { startTransition, useEffect, useState } from 'react'

const first = 40
const step = 40

/**
 * How many of `total` rows to draw: the first screen at once, the rest in steps that give way to typing and clicking, so that
 * no task of a long list holds those up.
 */
export function useGrowingCount(total: number): number {
  const [count, setCount] = useState(first)
  useEffect(() => {
    if (count >= total) return
    const timer = setTimeout(() => startTransition(() => setCount(count + step)), 0)
    return () => clearTimeout(timer)
  }, [count, total])
  return Math.min(count, total)
}
