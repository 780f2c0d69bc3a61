import { Activity, History, Inbox, type LucideIcon, PlayCircle, Rows3 } from 'lucide-react'

export type Page = { href: string; label: string; icon: LucideIcon; action: string }

/** The pages of the navigation, in its order. A page is listed when it exists. */
export const pages: readonly Page[] = [
  { href: '/topics', label: 'Topics', icon: Rows3, action: 'go-topics' },
  { href: '/dead-letters', label: 'Dead letters', icon: Inbox, action: 'go-dead-letters' },
  { href: '/operations', label: 'Operations', icon: PlayCircle, action: 'go-operations' },
  { href: '/audit', label: 'Audit', icon: History, action: 'go-audit' },
  { href: '/system', label: 'System', icon: Activity, action: 'go-system' },
]
