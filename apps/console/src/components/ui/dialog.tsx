'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { DialogProps } from './dialog-window.tsx'

const DialogWindow = dynamic(() => import('./dialog-window.tsx').then((module) => module.DialogWindow), {
  ssr: false,
})

/** A modal dialog or sheet. Its focus trap and portal are loaded when the first one opens. */
export function Dialog(props: DialogProps) {
  const [wasOpen, setWasOpen] = useState(props.open)
  if (props.open && !wasOpen) setWasOpen(true)
  return wasOpen ? <DialogWindow {...props} /> : null
}
