'use client'

import { useEffect, useState } from 'react'

const first = 40
const step = 60

/**
 * How many of `total` rows to draw: the first screen at once, the rest in steps of their own task, so that no task of a
 * long list holds up typing or clicking.
 */
export function useGrowingCount(total: number): number {
  const [count, setCount] = useState(first)
  useEffect(() => {
    if (count >= total) return
    const timer = setTimeout(() => setCount(count + step), 0)
    return () => clearTimeout(timer)
  }, [count, total])
  return Math.min(count, total)
}
