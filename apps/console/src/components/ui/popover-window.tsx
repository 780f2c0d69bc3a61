'use client'

import { Popover as Radix } from 'radix-ui'
import type { ComponentProps, ReactElement, ReactNode } from 'react'

export type PopoverProps = {
  trigger: ReactElement<
    Pick<
      ComponentProps<'button'>,
      'onClick' | 'onPointerEnter' | 'onFocus' | 'aria-haspopup' | 'aria-expanded'
    >
  >
  label: string
  onOpenChange: (isOpen: boolean) => void
  children: ReactNode
}

/** The popover itself, open as soon as it is there. */
export function OpenedPopover({ trigger, label, onOpenChange, children }: PopoverProps) {
  return (
    <Radix.Root defaultOpen onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
          className="z-40 flex max-h-[min(420px,var(--radix-popover-content-available-height))] w-72 flex-col rounded-md border bg-raised shadow-float"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
