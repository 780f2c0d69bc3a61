'use client'

import { pausedParts } from '@lean-ops/common/contract/paused-parts'
import type { PlanSelection } from '@lean-ops/common/contract/plan'
import type { TopicRow } from '@lean-ops/common/contract/topics'
import { Ellipsis } from 'lucide-react'
import { useRouter } from 'next/navigation'
import type { OpenPause } from '../../../components/pauses/use-pause.tsx'
import { MenuItem, MenuSeparator, OpenedMenu } from '../../../components/ui/menu-parts.tsx'
import { formatCount } from '../../../format/format-number.ts'
import { usePermission } from '../../../state/use-permission.ts'
import type { OpenAction } from '../dead-letters/use-actions.tsx'
import { rowMenuLook } from './row-menu-look.ts'
import { openLettersOf } from './topics-selection-bar.tsx'

type Props = {
  row: TopicRow
  openAction: OpenAction
  openPause: OpenPause
}

/** What can be done with one topic; takes the place of its row's button when that is pressed. */
export function RowMenu({ row, openAction, openPause }: Props) {
  const { topic, owner, deadLetters, pause } = row
  const { open } = deadLetters
  const router = useRouter()
  const [noReplay, noRun] = [usePermission('replay', owner), usePermission('run', owner)]
  const one: PlanSelection = { by: 'topics', topics: [topic] }
  return (
    <OpenedMenu
      trigger={
        <button type="button" aria-label={`Act on ${topic}`} className={rowMenuLook}>
          <Ellipsis aria-hidden="true" className="size-4" />
        </button>
      }
    >
      <MenuItem onSelect={() => router.push(`/topics/${encodeURIComponent(topic)}`)}>Open</MenuItem>
      <MenuItem onSelect={() => router.push(`/dead-letters?topic=${encodeURIComponent(topic)}`)}>
        Its dead letters
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        disabled={noReplay !== undefined || open === 0}
        onSelect={() => openAction('replay', openLettersOf([topic]))}
      >
        {open ? `Replay ${formatCount(open, 'dead letter')}…` : 'Replay dead letters…'}
      </MenuItem>
      <MenuItem disabled={noRun !== undefined} onSelect={() => openAction('run-with-input', one)}>
        Run now…
      </MenuItem>
      <MenuItem disabled={noRun !== undefined} onSelect={() => openAction('refresh-snowflake', one)}>
        Refresh Snowflake…
      </MenuItem>
      <MenuSeparator />
      {pause.ingest && pause.processing ? null : (
        <MenuItem disabled={noRun !== undefined} onSelect={() => openPause('pause', [row])}>
          Pause…
        </MenuItem>
      )}
      {pausedParts(pause) ? (
        <MenuItem disabled={noRun !== undefined} onSelect={() => openPause('resume', [row])}>
          Resume…
        </MenuItem>
      ) : null}
    </OpenedMenu>
  )
}
