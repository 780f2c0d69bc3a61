import type { Metadata } from 'next'
import { TopicView } from './topic-view.tsx'

type Props = { params: Promise<{ topic: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).topic) }
}

export default async function TopicPage({ params }: Props) {
  return <TopicView topic={decodeURIComponent((await params).topic)} />
}
