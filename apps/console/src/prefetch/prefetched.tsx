'use client'

import { type DehydratedState, hydrate, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'

/**
 * Gives the page's queries what `prefetch` has read. Not TanStack's boundary: that one leaves a query alone until after
 * the first paint when another part has asked for it already, and the frame around every page asks for the topics.
 */
export function Prefetched({ state, children }: { state: DehydratedState; children: ReactNode }) {
  const client = useQueryClient()
  useState(() => hydrate(client, state))
  return children
}
