import type { Query } from '@tanstack/react-query'
import { isPollLeader } from '../state/poll-leader.ts'
import { ApiError } from './call-api.ts'

/** A tab that is not the leader waits this many times as long: it gets the leader's answers, and asks only when none come. */
const followerPatience = 2.5

/**
 * A polling interval with manners: it backs off while the API fails (up to a minute) and stops for what will not
 * change by asking again (no permission, not found, signed out). Hidden tabs do not poll at all: that is TanStack
 * Query's default.
 */
export function pollEvery(intervalMs: number, isLeader = isPollLeader) {
  return (query: Pick<Query, 'state'>): number | false => {
    const { error, fetchFailureCount, errorUpdateCount } = query.state
    if (error instanceof ApiError && error.problem.status >= 400 && error.problem.status < 500) return false
    if (query.state.status !== 'error') return isLeader() ? intervalMs : intervalMs * followerPatience
    return Math.min(intervalMs * 1.5 ** Math.max(fetchFailureCount, errorUpdateCount), 60_000)
  }
}
