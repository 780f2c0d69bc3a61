import { startTransition, useEffect, useState } from 'react'

/** What a page draws of a list at once; the server does the same. */
const firstRows = 8

/** How many of a list's rows to draw: a few with the page, all others in a step that gives way to keys and clicks. */
export function useDrawn(): number {
  const [drawn, setDrawn] = useState(firstRows)
  useEffect(() => startTransition(() => setDrawn(Number.POSITIVE_INFINITY)), [])
  return drawn
}
