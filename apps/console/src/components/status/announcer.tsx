'use client'

import { useEffect, useRef, useState } from 'react'

const everyMs = 10_000

/** Tells a screen reader when a state changes: not at first, only on change, and at most once in ten seconds. */
export function Announcer({ text }: { text: string }) {
  const [said, setSaid] = useState('')
  const last = useRef({ text: '', atMs: 0 })
  useEffect(() => {
    if (text === '' || text === last.current.text) return
    if (last.current.text === '') {
      last.current = { text, atMs: 0 }
      return
    }
    const waitMs = Math.max(0, last.current.atMs + everyMs - Date.now())
    const timer = setTimeout(() => {
      last.current = { text, atMs: Date.now() }
      setSaid(text)
    }, waitMs)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <p aria-live="polite" className="sr-only">
      {said}
    </p>
  )
}
