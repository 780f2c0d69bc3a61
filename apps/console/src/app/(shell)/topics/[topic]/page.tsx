import type { Metadata } from 'next'
import { prefetch } from '../../../../prefetch/prefetch.ts'
import { Prefetched } from '../../../../prefetch/prefetched.tsx'
import { topicRead } from '../../../../queries/topics.ts'
import { TopicView } from './topic-view.tsx'

type Props = { params: Promise<{ topic: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).topic) }
}

export default async function TopicPage({ params }: Props) {
  const topic = decodeURIComponent((await params).topic)
  return (
    <Prefetched state={await prefetch([topicRead(topic)])}>
      <TopicView topic={topic} />
    </Prefetched>
  )
}
