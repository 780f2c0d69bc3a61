import type { Metadata } from 'next'
import { createLoader, type SearchParams } from 'nuqs/server'
import { prefetch } from '../../../prefetch/prefetch.ts'
import { Prefetched } from '../../../prefetch/prefetched.tsx'
import { groupsRead, headRead } from '../../../queries/dead-letters.ts'
import { DeadLettersView } from './dead-letters-view.tsx'
import { filterOf, filterParams, pageParams } from './search-params.ts'

export const metadata: Metadata = { title: 'Dead letters' }

const load = createLoader({ ...filterParams, ...pageParams })

export default async function DeadLettersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { view, id: _id, tab: _tab, ...state } = await load(searchParams)
  const filter = filterOf(state)
  // Texts are searched for up to three seconds: the frame does not wait for them.
  const isSlow = filter.text !== undefined || filter.path !== undefined
  const reads = isSlow ? [] : view === 'groups' ? [headRead(filter), groupsRead(filter)] : [headRead(filter)]
  return (
    <Prefetched state={await prefetch(reads)}>
      <DeadLettersView />
    </Prefetched>
  )
}
