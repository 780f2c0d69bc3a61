'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { changedKeys } from '../../queries/changed-keys.ts'
import { pulseQuery } from '../../queries/pulse.ts'

/** Keeps every list of the page as new as the pulse says, by reading again only what has changed. */
export function usePulse() {
  const queries = useQueryClient()
  const { data } = useQuery(pulseQuery())
  const seen = useRef<Record<string, number>>(undefined)
  const versions = data?.versions
  useEffect(() => {
    if (!versions) return
    for (const queryKey of changedKeys(seen.current, versions)) void queries.invalidateQueries({ queryKey })
    seen.current = versions
  }, [versions, queries])
  return data
}
