import { HydrationBoundary } from '@tanstack/react-query'
import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { prefetch } from '../../../prefetch/prefetch.ts'
import { topicsRead } from '../../../queries/topics.ts'
import { readDensity } from '../../../state/density.ts'
import { TopicsView } from './topics-view.tsx'

export const metadata: Metadata = { title: 'Topics' }

export default async function TopicsPage() {
  const density = readDensity((await cookies()).get('density')?.value)
  return (
    <HydrationBoundary state={await prefetch([topicsRead()])}>
      <TopicsView initialDensity={density} />
    </HydrationBoundary>
  )
}
