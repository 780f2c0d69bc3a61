'use client'

import { useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useShortcuts } from '../../keyboard/use-shortcuts.ts'
import { Dialog } from '../ui/dialog.tsx'
import { TipLayer } from '../ui/tip-layer.tsx'
import { Toaster } from '../ui/toaster.tsx'
import { type Environment, Header } from './header.tsx'
import { Notices } from './notices.tsx'
import { OperationsStrip } from './operations-strip.tsx'
import { SessionGuard } from './session-guard.tsx'
import { Sidebar } from './sidebar.tsx'
import { useNavCounts } from './use-nav-counts.ts'
import { usePulse } from './use-pulse.ts'
import { ZoneMenu } from './zone-menu.tsx'

const Palette = dynamic(() => import('./palette.tsx').then((module) => module.Palette), { ssr: false })
// Of the first minutes on a laptop only.
const DrillStrip = dynamic(() => import('../drill/drill-strip.tsx').then((module) => module.DrillStrip), {
  ssr: false,
})
const ShortcutSheet = dynamic(() => import('./shortcut-sheet.tsx').then((module) => module.ShortcutSheet), {
  ssr: false,
})

/** The frame around every page. */
export function Shell({ environment, children }: { environment: Environment; children: ReactNode }) {
  const [open, setOpen] = useState<'palette' | 'nav' | 'keys' | undefined>(undefined)
  const router = useRouter()
  const queries = useQueryClient()
  const pulse = usePulse()
  const bar = useRef<HTMLDivElement>(null)
  // What sticks below the bar needs its height, which notices and running operations change.
  useEffect(() => {
    if (!bar.current) return
    const observer = new ResizeObserver(([entry]) => {
      const height = entry?.borderBoxSize[0]?.blockSize
      if (height) document.documentElement.style.setProperty('--top', `${height}px`)
    })
    observer.observe(bar.current)
    return () => observer.disconnect()
  }, [])
  // Fetched once the page is at rest, so that what is typed right after Mod+K is not typed into nothing.
  useEffect(
    () =>
      onceAtRest(
        () => queries.isFetching() > 0,
        () => {
          void import('../ui/dialog-window.tsx')
          void import('./palette.tsx')
        },
      ),
    [queries],
  )
  const counts = useNavCounts(pulse)
  const close = (isOpen: boolean) => setOpen((now) => (isOpen ? now : undefined))
  useShortcuts('global', {
    palette: () => setOpen('palette'),
    help: () => setOpen('keys'),
    'go-topics': () => router.push('/topics'),
    'go-dead-letters': () => router.push('/dead-letters'),
    'go-operations': () => router.push('/operations'),
    'go-audit': () => router.push('/audit'),
    'go-system': () => router.push('/system'),
  })
  return (
    <>
      <a
        href="#main"
        className="fixed top-1 left-1 z-50 -translate-y-16 rounded-md border bg-raised px-3 py-1.5 text-sm shadow-float focus:translate-y-0"
      >
        Skip to the page
      </a>
      <div ref={bar} className="sticky top-0 z-30">
        <Header
          environment={environment}
          onOpenNav={() => setOpen('nav')}
          onOpenPalette={() => setOpen('palette')}
        />
        <Notices pulse={pulse} />
        <OperationsStrip pulse={pulse} />
        {environment.stage === 'local' && pulse ? <DrillStrip /> : null}
      </div>
      <div className="flex">
        <aside className="sticky top-(--top) hidden h-[calc(100dvh-var(--top))] w-14 shrink-0 border-r bg-surface md:block min-[1440px]:w-48">
          <Sidebar counts={counts} />
        </aside>
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 outline-none">
          <SessionGuard>{children}</SessionGuard>
          <TipLayer />
        </main>
      </div>
      <Dialog open={open === 'nav'} onOpenChange={close} title="Pages" shape="nav">
        <Sidebar counts={counts} isWide onNavigate={() => setOpen(undefined)} />
        <div className="border-t p-2">
          <ZoneMenu />
        </div>
      </Dialog>
      {open === 'palette' ? <Palette onClose={() => setOpen(undefined)} /> : null}
      {open === 'keys' ? <ShortcutSheet onClose={() => setOpen(undefined)} /> : null}
      <Toaster />
    </>
  )
}

const restMs = 2_000

/** Runs `work` once the page has what it asked for and nothing waits for the processor. Returns what calls it off. */
function onceAtRest(isBusy: () => boolean, work: () => void): () => void {
  let idle: number | undefined
  const timer = setInterval(() => {
    if (isBusy()) return
    clearInterval(timer)
    // Safari has no idle callbacks.
    if (typeof requestIdleCallback === 'undefined') work()
    else idle = requestIdleCallback(work)
  }, restMs)
  return () => {
    clearInterval(timer)
    if (idle !== undefined) cancelIdleCallback(idle)
  }
}
