'use client'

import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { formatAbsolute, formatRelative } from '../../format/format-time.ts'
import { serverNowMs } from '../../state/server-clock.ts'
import { useZone } from '../../state/zone.tsx'

type Tip = { text: string; x: number; y: number; isBelow: boolean }

/**
 * One tooltip for the whole page, driven by `data-tip` attributes: 700 rows with six hints each would otherwise be
 * 4,200 mounted components. Shown on hover and on focus, hidden by Escape. Hints repeat or explain what is on the
 * page; nothing is told by them alone that a label does not tell.
 */
export function TipLayer() {
  const [tip, setTip] = useState<Tip | undefined>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const { zone } = useZone()
  // `{2026-11-23T02:14:07Z}` becomes age and absolute time when shown: rows need no new hint every second.
  const expand = useEffectEvent((text: string) =>
    text.replace(/\{(\d{4}-[^}]+)\}/g, (_, at: string) => {
      const moment = new Date(at)
      return `${formatRelative(moment.getTime(), serverNowMs())} (${formatAbsolute(moment, zone)})`
    }),
  )

  useEffect(() => {
    const show = (target: EventTarget | null, delayMs: number) => {
      clearTimeout(timer.current)
      const host = target instanceof Element ? target.closest('[data-tip]') : null
      const text = host?.getAttribute('data-tip')
      if (!host || !text) {
        setTip(undefined)
        return
      }
      timer.current = setTimeout(() => {
        const box = host.getBoundingClientRect()
        const isBelow = box.top < 120
        setTip({
          text: expand(text),
          x: box.left + box.width / 2,
          y: isBelow ? box.bottom + 6 : box.top - 6,
          isBelow,
        })
      }, delayMs)
    }
    const onOver = (event: PointerEvent) => {
      if (event.pointerType === 'mouse') show(event.target, 250)
    }
    const onFocus = (event: FocusEvent) => {
      const isByKeyboard = event.target instanceof Element && event.target.matches(':focus-visible')
      show(isByKeyboard ? event.target : null, 0)
    }
    const hide = () => show(null, 0)
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide()
    }
    document.addEventListener('pointerover', onOver)
    document.addEventListener('focusin', onFocus)
    document.addEventListener('keydown', onKey)
    document.addEventListener('scroll', hide, { capture: true, passive: true })
    return () => {
      clearTimeout(timer.current)
      document.removeEventListener('pointerover', onOver)
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('keydown', onKey)
      document.removeEventListener('scroll', hide, { capture: true })
    }
  }, [])

  if (!tip) return null
  const x = Math.min(Math.max(tip.x, 130), window.innerWidth - 130)
  return (
    <div
      role="tooltip"
      className="pointer-events-none fixed z-[60] max-w-64 rounded-md bg-ink px-2 py-1 text-xs whitespace-pre-line text-surface shadow-float"
      style={{ left: x, top: tip.y, transform: `translate(-50%, ${tip.isBelow ? '0' : '-100%'})` }}
    >
      {tip.text}
    </div>
  )
}
