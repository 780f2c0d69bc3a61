import { useDeferredValue } from 'react'

/** What a page draws of a list at once; the server does the same. */
const firstRows = 8

/** How many of a list's `count` rows to draw: a few with the page, all others in a step that gives way to keys and clicks. */
export function useDrawn(count: number): number {
  return Math.max(firstRows, useDeferredValue(count, 0))
}
