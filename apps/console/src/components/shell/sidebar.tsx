'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { formatCompact } from '../../format/format-number.ts'
import { cn } from '../ui/cn.ts'
import { pages } from './pages.ts'

/** Counts beside the page names: how many things there want a look. Absent: not known, or nothing to say. */
export type NavCounts = Partial<Record<string, { count: number; hint: string; isUrgent?: boolean }>>

type Props = { counts: NavCounts; isWide?: boolean; onNavigate?: () => void }

/** The page list. Icons alone below 1440 px, with their names as labels and hints. */
export function Sidebar({ counts, isWide = false, onNavigate }: Props) {
  const path = usePathname()
  return (
    <nav aria-label="Pages" className="flex flex-col gap-0.5 p-2">
      {pages.map(({ href, label, icon: Icon }) => {
        const isCurrent = path === href || path.startsWith(`${href}/`)
        const count = counts[href]
        return (
          <Link
            key={href}
            href={href}
            prefetch={false}
            aria-current={isCurrent ? 'page' : undefined}
            data-tip={count ? `${label}: ${count.hint}` : isWide ? undefined : label}
            {...(onNavigate ? { onClick: onNavigate } : {})}
            className={cn(
              'flex items-center rounded-md text-sm text-soft hover:bg-sunken hover:text-ink',
              isWide
                ? 'h-9 flex-row gap-2.5 px-2.5'
                : 'min-h-9 flex-col justify-center gap-0.5 py-1.5 min-[1440px]:h-9 min-[1440px]:flex-row min-[1440px]:gap-2.5 min-[1440px]:px-2.5 min-[1440px]:py-0',
              isCurrent && 'bg-accent-soft font-medium text-accent hover:bg-accent-soft hover:text-accent',
            )}
          >
            <Icon aria-hidden="true" className="size-4.5 shrink-0" />
            <span className={cn(isWide ? 'flex-1' : 'sr-only min-[1440px]:not-sr-only min-[1440px]:flex-1')}>
              {label}
            </span>
            {count && count.count > 0 ? (
              <span
                className={cn(
                  'num rounded px-1 text-2xs',
                  count.isUrgent ? 'bg-degraded-soft text-degraded' : 'bg-sunken text-soft',
                )}
              >
                {formatCompact(count.count)}
                <span className="sr-only"> {count.hint}</span>
              </span>
            ) : null}
          </Link>
        )
      })}
    </nav>
  )
}
