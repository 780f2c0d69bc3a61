import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { readDensity } from '../../../state/density.ts'
import { TopicsView } from './topics-view.tsx'

export const metadata: Metadata = { title: 'Topics' }

export default async function TopicsPage() {
  return <TopicsView initialDensity={readDensity((await cookies()).get('density')?.value)} />
}
