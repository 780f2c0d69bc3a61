'use client'

import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useRef } from 'react'
import { Button } from './button.tsx'
import { cn } from './cn.ts'

export type DialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: string
  /** `sheet` slides over the whole height at the right edge, `nav` at the left. */
  shape?: 'dialog' | 'sheet' | 'nav'
  hasHiddenTitle?: boolean
  isDismissable?: boolean
  className?: string
  children: ReactNode
}

const shapes = {
  dialog:
    'top-1/2 left-1/2 max-h-[min(88dvh,900px)] w-[min(94vw,560px)] -translate-x-1/2 -translate-y-1/2 rounded-lg',
  sheet: 'inset-y-0 right-0 h-dvh w-[min(100vw,640px)] border-y-0 border-r-0',
  nav: 'inset-y-0 left-0 h-dvh w-[min(80vw,280px)] border-y-0 border-l-0',
}

/** A modal dialog or sheet with its title, focus trap and Escape. */
export function DialogWindow({
  open,
  onOpenChange,
  title,
  description,
  shape = 'dialog',
  ...rest
}: DialogProps) {
  const { hasHiddenTitle = false, isDismissable = true, className, children } = rest
  const opener = useRef<Element>(null)
  return (
    <Radix.Root open={open} onOpenChange={(next) => (isDismissable || next ? onOpenChange(next) : undefined)}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          tabIndex={-1}
          onEscapeKeyDown={(event) => {
            // Escape peels one layer: a field being edited comes before the dialog around it.
            if (event.target instanceof Element && event.target.closest('[data-own-escape]'))
              event.preventDefault()
          }}
          onOpenAutoFocus={(event) => {
            // A field marked for it, else the dialog itself: focus on the close button would open its hint.
            event.preventDefault()
            opener.current = document.activeElement
            const dialog = event.currentTarget
            if (dialog instanceof HTMLElement)
              (dialog.querySelector<HTMLElement>('[data-autofocus]') ?? dialog).focus()
          }}
          onCloseAutoFocus={(event) => {
            // Radix gives the focus back to a trigger only; ours are opened by keys and menus, too.
            event.preventDefault()
            if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus()
          }}
          className={cn(
            'fixed z-50 flex flex-col overflow-hidden border bg-raised shadow-float focus:outline-none',
            shapes[shape],
            className,
          )}
        >
          <div
            className={cn(
              hasHiddenTitle ? 'sr-only' : 'flex items-start justify-between gap-4 border-b px-4 py-3',
            )}
          >
            <div className="min-w-0">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description ? (
                <Radix.Description className="mt-0.5 text-sm text-soft">{description}</Radix.Description>
              ) : null}
            </div>
            {isDismissable && !hasHiddenTitle ? (
              <Radix.Close asChild>
                <Button intent="ghost" size="iconSm" aria-label="Close">
                  <X />
                </Button>
              </Radix.Close>
            ) : null}
          </div>
          <div className="min-h-0 flex-1 overflow-auto">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
