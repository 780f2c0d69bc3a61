'use client'

import { cloneElement, useState } from 'react'
import type { PopoverProps } from './popover-window.tsx'

type Loaded = typeof import('./popover-window.tsx')

/** A button with a small window of controls below. As with menus, what places and holds it comes when it is wanted. */
export function Popover(props: PopoverProps) {
  const [loaded, setLoaded] = useState<Loaded | undefined>(undefined)
  const [isWanted, setWanted] = useState(false)
  const load = () => void import('./popover-window.tsx').then((module) => setLoaded(() => module))
  if (loaded && isWanted) return <loaded.OpenedPopover {...props} />
  return cloneElement(props.trigger, {
    'aria-haspopup': 'dialog',
    'aria-expanded': false,
    onPointerEnter: load,
    onFocus: load,
    onClick: () => {
      setWanted(true)
      load()
    },
  })
}
