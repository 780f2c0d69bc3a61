import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { prefetch } from '../../../prefetch/prefetch.ts'
import { Prefetched } from '../../../prefetch/prefetched.tsx'
import { topicsRead } from '../../../queries/topics.ts'
import { readDensity } from '../../../state/density.ts'
import { TopicsView } from './topics-view.tsx'

export const metadata: Metadata = { title: 'Topics' }

export default async function TopicsPage() {
  const density = readDensity((await cookies()).get('density')?.value)
  return (
    <Prefetched state={await prefetch([topicsRead()])}>
      <TopicsView initialDensity={density} />
    </Prefetched>
  )
}
