'use client'

import { topicVerdict } from '@lean-ops/common/contract/topic-verdict'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { useRouter } from 'next/navigation'
import { useTheme } from 'next-themes'
import { type ReactNode, useState } from 'react'
import { topicsQuery } from '../../queries/topics.ts'
import { serverNowMs } from '../../state/server-clock.ts'
import { toast } from '../../state/toasts.ts'
import { VerdictIcon } from '../status/verdict-badge.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { pages } from './pages.ts'
import { signOut } from './sign-out.ts'

const shownTopicsMax = 50
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const letterId = /^[0-9a-f]{32}$/i

/** Where a typed id may lead. Words in bodies are searched for a day back: the API bounds that search. */
function idTargets(typed: string): { label: string; href: string }[] {
  if (typed.length < 6) return []
  const encoded = encodeURIComponent(typed)
  const search = {
    label: `Find “${typed}” among the dead letters of 24 h`,
    href: `/dead-letters?view=messages&status=all&last=24h&text=${encoded}`,
  }
  if (letterId.test(typed))
    return [
      { label: 'Open this dead letter', href: `/dead-letters?view=messages&status=all&id=${encoded}` },
      search,
    ]
  if (uuid.test(typed))
    return [
      {
        label: 'Dead letters with this message id',
        href: `/dead-letters?view=messages&status=all&messageId=${encoded}`,
      },
      { label: 'Open this operation', href: `/operations/${encoded}` },
      search,
    ]
  return [search]
}

/** Search or jump to: pages, topics, ids, and what can be done from anywhere. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const router = useRouter()
  const { setTheme } = useTheme()
  const { data, dataUpdatedAt } = useQuery(topicsQuery())
  const go = (href: string) => {
    onClose()
    router.push(href)
  }
  const typed = text.trim()
  const matches = (label: string) => label.toLowerCase().includes(typed.toLowerCase())
  const topics = (data?.topics ?? []).filter((row) => matches(row.topic)).slice(0, shownTopicsMax)
  const ids = idTargets(typed)
  const shownPages = pages.filter((page) => matches(page.label))
  const nowMs = serverNowMs(dataUpdatedAt)
  const queries = useQueryClient()
  const actions = [
    { label: 'Read everything anew', run: () => void queries.invalidateQueries() },
    {
      label: 'Copy the link of this page',
      run: () =>
        void navigator.clipboard
          .writeText(window.location.href)
          .then(() => toast('The link is copied: it opens what you see, filters and all.')),
    },
    { label: 'Hold all operations…', run: () => router.push('/system') },
    { label: 'Sign out', run: () => void signOut() },
    { label: 'Theme: light', run: () => setTheme('light') },
    { label: 'Theme: dark', run: () => setTheme('dark') },
    { label: 'Theme: as the system', run: () => setTheme('system') },
  ].filter((action) => matches(action.label))
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Search or jump to"
      hasHiddenTitle
      className="top-[12vh] translate-y-0"
    >
      <Command shouldFilter={false} loop label="Search or jump to" className="flex max-h-[70vh] flex-col">
        <Command.Input
          value={text}
          onValueChange={setText}
          data-autofocus
          placeholder="Topic, page, message id…"
          className="h-12 w-full shrink-0 border-b bg-transparent px-4 text-base outline-none placeholder:text-faint"
        />
        <Command.List className="min-h-0 overflow-auto p-1.5">
          <Command.Empty className="p-4 text-sm text-soft">Nothing here is called “{typed}”.</Command.Empty>
          {shownPages.length > 0 ? (
            <Group heading="Pages">
              {shownPages.map(({ href, label, icon: Icon }) => (
                <Item key={href} id={href} onSelect={() => go(href)}>
                  <Icon aria-hidden="true" className="size-4 text-soft" />
                  {label}
                </Item>
              ))}
            </Group>
          ) : null}
          {topics.length > 0 ? (
            <Group heading={`Topics${topics.length === shownTopicsMax ? ` (first ${shownTopicsMax})` : ''}`}>
              {topics.map((row) => (
                <Item
                  key={row.topic}
                  id={row.topic}
                  onSelect={() => go(`/topics/${encodeURIComponent(row.topic)}`)}
                >
                  <VerdictIcon state={topicVerdict(row, nowMs).state} />
                  <span className="flex-1 truncate font-mono text-sm">{row.topic}</span>
                  <span className="text-xs text-faint">{row.owner}</span>
                </Item>
              ))}
            </Group>
          ) : null}
          {ids.length > 0 ? (
            <Group heading="Messages and operations">
              {ids.map(({ label, href }) => (
                <Item key={href} id={href} onSelect={() => go(href)}>
                  {label}
                </Item>
              ))}
            </Group>
          ) : null}
          {actions.length > 0 ? (
            <Group heading="Actions">
              {actions.map((action) => (
                <Item
                  key={action.label}
                  id={action.label}
                  onSelect={() => {
                    onClose()
                    action.run()
                  }}
                >
                  {action.label}
                </Item>
              ))}
            </Group>
          ) : null}
        </Command.List>
      </Command>
    </Dialog>
  )
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-faint"
    >
      {children}
    </Command.Group>
  )
}

function Item({ id, onSelect, children }: { id: string; onSelect: () => void; children: ReactNode }) {
  return (
    <Command.Item
      value={id}
      onSelect={onSelect}
      className="flex min-h-9 items-center gap-2.5 rounded-md px-2.5 text-sm data-[selected=true]:bg-accent-soft"
    >
      {children}
    </Command.Item>
  )
}
