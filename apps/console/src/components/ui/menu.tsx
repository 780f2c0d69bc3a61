'use client'

import { type ComponentProps, cloneElement, createContext, use, useState } from 'react'
import type { MenuProps } from './menu-parts.tsx'

type Parts = typeof import('./menu-parts.tsx')

const PartsContext = createContext<Parts | undefined>(undefined)

function useParts(): Parts {
  const parts = use(PartsContext)
  if (!parts) throw new Error('parts of a menu stand inside of a Menu')
  return parts
}

/**
 * A button that opens a menu; `trigger` must be one focusable element. What makes it a menu (keys, placing, portal) is
 * fetched when the button is pointed at, and takes its place when it is pressed.
 */
export function Menu(props: MenuProps) {
  const [parts, setParts] = useState<Parts | undefined>(undefined)
  const [isWanted, setWanted] = useState(false)
  const load = () => void import('./menu-parts.tsx').then((loaded) => setParts(() => loaded))
  const open = () => {
    setWanted(true)
    load()
  }
  if (parts && isWanted)
    return (
      <PartsContext value={parts}>
        <parts.OpenedMenu {...props} />
      </PartsContext>
    )
  return cloneElement(props.trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: load,
    onFocus: load,
    onClick: open,
    onKeyDown: (event) => {
      if (event.key !== 'ArrowDown') return
      event.preventDefault()
      open()
    },
  })
}

export function MenuItem(props: ComponentProps<Parts['MenuItem']>) {
  const { MenuItem: Part } = useParts()
  return <Part {...props} />
}

export function MenuLabel(props: ComponentProps<Parts['MenuLabel']>) {
  const { MenuLabel: Part } = useParts()
  return <Part {...props} />
}

export function MenuSeparator() {
  const { MenuSeparator: Part } = useParts()
  return <Part />
}

/** One choice of several; `options` are shown in order. */
export function MenuChoice<T extends string>(props: MenuChoiceProps<T>) {
  const { MenuChoice: Part } = useParts()
  return <Part {...props} />
}
type MenuChoiceProps<T extends string> = Parameters<typeof import('./menu-parts.tsx').MenuChoice<T>>[0]

/** A tick that keeps the menu open, for choosing several. */
export function MenuTick(props: ComponentProps<Parts['MenuTick']>) {
  const { MenuTick: Part } = useParts()
  return <Part {...props} />
}
