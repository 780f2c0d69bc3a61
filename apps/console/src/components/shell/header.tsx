'use client'

import { Menu as MenuIcon, Search } from 'lucide-react'
import Link from 'next/link'
import { useModKey } from '../../keyboard/use-mod-key.ts'
import { Button } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { Kbd } from '../ui/kbd.tsx'
import { ThemeMenu } from './theme-menu.tsx'
import { UserMenu } from './user-menu.tsx'
import { WorstSample } from './worst-sample.tsx'
import { ZoneMenu } from './zone-menu.tsx'

export type Environment = { stage: string; region: string }

type Props = { environment: Environment; onOpenNav: () => void; onOpenPalette: () => void }

/** Product, where we are, search, how old the numbers are, and the reader's own settings. */
export function Header({ environment, onOpenNav, onOpenPalette }: Props) {
  const { stage, region } = environment
  const modKey = useModKey()
  const isProduction = stage === 'production'
  return (
    <header className="flex h-12 items-center gap-2 border-b bg-surface px-2 md:px-3">
      <Button intent="ghost" size="iconSm" className="md:hidden" aria-label="Pages" onClick={onOpenNav}>
        <MenuIcon aria-hidden="true" />
      </Button>
      <Link
        href="/topics"
        prefetch={false}
        className="rounded px-1 text-base font-semibold tracking-tight whitespace-nowrap"
      >
        Lean-Ops
      </Link>
      <span
        data-tip={`Stage ${stage}, region ${region}`}
        className={cn(
          'num rounded border px-1.5 py-0.5 text-2xs',
          isProduction
            ? 'border-degraded/40 bg-degraded-soft text-degraded'
            : 'border-line bg-sunken text-soft',
        )}
      >
        {stage}
        <span className="max-sm:hidden"> · {region}</span>
      </span>
      <div className="flex-1" />
      <button
        type="button"
        onClick={onOpenPalette}
        className="hidden h-8 w-72 min-w-0 items-center gap-2 rounded-md border border-line bg-canvas px-2.5 text-sm text-faint hover:border-line-strong md:flex"
      >
        <Search aria-hidden="true" className="size-4 shrink-0" />
        <span className="flex-1 truncate text-left">Search or jump to…</span>
        <Kbd>{modKey}K</Kbd>
      </button>
      <Button
        intent="ghost"
        size="iconSm"
        className="md:hidden"
        aria-label="Search or jump to"
        onClick={onOpenPalette}
      >
        <Search aria-hidden="true" />
      </Button>
      <div className="flex-1 max-md:hidden" />
      <div className="hidden lg:block">
        <WorstSample />
      </div>
      <div className="hidden md:block">
        <ZoneMenu />
      </div>
      <ThemeMenu />
      <UserMenu />
    </header>
  )
}
