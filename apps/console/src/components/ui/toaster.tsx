'use client'

import { CircleCheck, Info, OctagonAlert, X } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { type Toast, toastStore } from '../../state/toasts.ts'
import { Button } from './button.tsx'

const none: readonly Toast[] = []
const icons = {
  plain: <Info className="text-soft" />,
  success: <CircleCheck className="text-healthy" />,
  error: <OctagonAlert className="text-degraded" />,
}

/** Where toasts appear. Their time stands still while one is pointed at or has the focus. */
export function Toaster() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.get, () => none)
  const [isHeld, setHeld] = useState(false)
  return (
    <section
      aria-label="Notifications"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      // Above dialogs, which make everything else inert to the pointer.
      className="pointer-events-auto fixed right-4 bottom-4 z-[70] flex w-[min(calc(100vw-2rem),380px)] flex-col gap-2 empty:hidden"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} isHeld={isHeld} />
      ))}
    </section>
  )
}

function ToastCard({ toast, isHeld }: { toast: Toast; isHeld: boolean }) {
  const { id, kind, text, durationMs, action, cancel } = toast
  useEffect(() => {
    if (isHeld) return
    const timer = setTimeout(() => toastStore.dismiss(id), durationMs)
    return () => clearTimeout(timer)
  }, [id, durationMs, isHeld])
  const press = (onClick: () => void) => {
    toastStore.dismiss(id)
    onClick()
  }
  return (
    <div
      role={kind === 'error' ? 'alert' : 'status'}
      className="flex items-start gap-2 rounded-md border bg-raised p-3 text-sm shadow-float"
    >
      <span aria-hidden="true" className="mt-0.5 [&_svg]:size-4">
        {icons[kind]}
      </span>
      <p className="min-w-0 flex-1 self-center break-words">{text}</p>
      {cancel ? (
        <Button intent="ghost" size="sm" onClick={() => press(cancel.onClick)}>
          {cancel.label}
        </Button>
      ) : null}
      {action ? (
        <Button size="sm" onClick={() => press(action.onClick)}>
          {action.label}
        </Button>
      ) : null}
      <Button intent="ghost" size="iconSm" aria-label="Dismiss" onClick={() => toastStore.dismiss(id)}>
        <X aria-hidden="true" />
      </Button>
    </div>
  )
}
